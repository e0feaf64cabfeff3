import { isDocument, isOperators, type Document } from '../bson/document.js';
import { parsePath, valuesAt } from '../bson/path.js';
import { CommandError } from '../errors.js';
import { equality, predicateOf, type Compiler } from './predicates.js';

export type Matcher = (document: Document) => boolean;

type Group = (matchers: readonly Matcher[], document: Document) => boolean;

const groups: Readonly<Record<string, Group>> = {
  $and: (matchers, document) => matchers.every((matches) => matches(document)),
  $or: (matchers, document) => matchers.some((matches) => matches(document)),
  $nor: (matchers, document) => !matchers.some((matches) => matches(document)),
};

const groupMatcher = (name: string, group: Group, operand: unknown): Matcher => {
  if (!Array.isArray(operand) || operand.length === 0) {
    throw new CommandError('BadValue', `${name} must be a nonempty array`);
  }
  const matchers = operand.map((filter: unknown) => {
    if (isDocument(filter)) return compileFilter(filter);
    throw new CommandError('BadValue', `${name} entries need to be full objects`);
  });
  return (document) => group(matchers, document);
};

const topLevel = (name: string, operand: unknown): Matcher => {
  const group = groups[name];
  if (group !== undefined) return groupMatcher(name, group, operand);
  if (name === '$comment') return () => true;
  throw new CommandError(
    'BadValue',
    `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
  );
};

/**
 * Compiles a filter.
 * @throws CommandError `BadValue` and others: an operator that is unknown or has a wrong operand
 */
export const compileFilter = (filter: Document): Matcher => {
  const compiler: Compiler = {
    filter: (inner) => compileFilter(inner),
    condition: (condition) => predicateOf(condition, compiler),
  };
  const matchers = Object.entries(filter).map(([name, operand]): Matcher => {
    if (name.startsWith('$')) return topLevel(name, operand);
    const path = parsePath(name);
    const predicate = isOperators(operand) ? compiler.condition(operand) : equality(operand);
    return (document) => predicate(valuesAt(document, path));
  });
  return (document) => matchers.every((matches) => matches(document));
};

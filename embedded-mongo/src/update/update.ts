import { equal } from '../bson/compare.js';
import { encode, isDocument, type Document } from '../bson/document.js';
import { changeAt, parsePath, REMOVED, valueAt, type Path } from '../bson/path.js';
import { CommandError } from '../errors.js';
import { arrayOperators } from './array-operators.js';
import { fieldOperators, type Operator } from './field-operators.js';
import { expand, isPositional, type Target } from './target.js';

/** What an update makes of a document; the very same document when nothing changes. */
export type Update = (document: Document, target: Target, inserting: boolean) => Document;

interface Step {
  readonly path: Path;
  readonly operator: string;
  readonly operand: unknown;
}

const operators: Readonly<Record<string, Operator>> = { ...fieldOperators, ...arrayOperators };

const stepsOf = (operator: string, operands: unknown): readonly Step[] => {
  if (operator !== '$rename' && !Object.hasOwn(operators, operator)) {
    throw new CommandError(
      'FailedToParse',
      `Unknown modifier: ${operator}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  }
  if (!isDocument(operands)) {
    throw new CommandError(
      'FailedToParse',
      `Modifiers operate on fields but we found type ${typeof operands}`,
    );
  }
  return Object.entries(operands).map(([name, operand]) => ({ path: updatePath(name), operator, operand }));
};

const updatePath = (name: string): Path => {
  const path = parsePath(name);
  if (path.includes('')) {
    throw new CommandError('FailedToParse', `The update path '${name}' contains an empty field name.`);
  }
  const dollar = path.find((part, at) => part.startsWith('$') && (at === 0 || !isPositional(part)));
  if (dollar === undefined) return path;
  throw new CommandError(
    'DollarPrefixedFieldName',
    `The dollar ($) prefixed field '${dollar}' in '${name}' is not valid for storage.`,
  );
};

/** In the order of the paths, which is also that of new fields; one that leads into another comes right after it. */
const ordered = (steps: readonly Step[]): readonly Step[] => {
  const key = ({ path }: Step): string => path.join('\0');
  const sorted = [...steps].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const names = sorted.flatMap((step) =>
    step.operator === '$rename' ? [key(step), String(step.operand).replaceAll('.', '\0')] : [key(step)],
  );
  names.sort();
  for (const [at, name] of names.entries()) {
    const next = names[at + 1];
    if (next === undefined || (next !== name && !next.startsWith(`${name}\0`))) continue;
    const [path, conflict] = [next.replaceAll('\0', '.'), name.replaceAll('\0', '.')];
    throw new CommandError(
      'ConflictingUpdateOperators',
      `Updating the path '${path}' would create a conflict at '${conflict}'`,
    );
  }
  return sorted;
};

const checkNoElement = (document: Document, side: string, path: Path): void => {
  const array = path.findIndex((_, at) => at > 0 && Array.isArray(valueAt(document, path.slice(0, at))));
  if (array < 0) return;
  throw new CommandError(
    'BadValue',
    `The ${side} field cannot be an array element, '${path.join('.')}' has an array field called '${path[array - 1]}'`,
  );
};

/** @throws CommandError `BadValue` when a path of `$rename` leads through an array */
const renaming = ({ path, operand }: Step): ((document: Document) => unknown) => {
  if (typeof operand !== 'string') {
    throw new CommandError('BadValue', "The 'to' field for $rename must be a string");
  }
  const to = updatePath(operand);
  const dynamic = [...path, ...to].find(isPositional);
  if (dynamic !== undefined) {
    throw new CommandError('BadValue', `The fields of $rename may not be dynamic: ${dynamic}`);
  }
  return (document) => {
    const value = valueAt(document, path);
    if (value === undefined) return document;
    checkNoElement(document, 'source', path);
    checkNoElement(document, 'destination', to);
    const without = changeAt(document, path, () => REMOVED);
    return changeAt(without, to, () => value);
  };
};

const changing = (step: Step, now: number): Update => {
  const { path, operator, operand } = step;
  const change = operators[operator]?.(operand, { operator, field: path.join('.'), now });
  // Safe: a change at a path of a document makes a document.
  if (change === undefined) return renaming(step) as (document: Document) => Document;
  return (document, target, inserting) => {
    if (operator === '$setOnInsert' && !inserting) return document;
    return expand(document, path, target).reduce(
      (inner, at) => changeAt(inner, at, change) as Document,
      document,
    );
  };
};

const modifying = (spec: Document, now: number): Update => {
  const steps = ordered(Object.entries(spec).flatMap(([name, operands]) => stepsOf(name, operands)));
  const changes = steps.map((step) => changing(step, now));
  return (document, target, inserting) =>
    changes.reduce((current, change) => change(current, target, inserting), document);
};

const replacing = (spec: Document): Update => {
  const modifier = Object.keys(spec).find((name) => name.startsWith('$'));
  if (modifier !== undefined) {
    throw new CommandError(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${modifier}' in '${modifier}' is not allowed in the context of an update's replacement document.`,
    );
  }
  return (document) => (document._id === undefined ? spec : { _id: document._id, ...spec });
};

/** Equal, and of the same types: 1 and a long 1 are equal only. */
const isSame = (a: Document, b: Document): boolean => Buffer.compare(encode(a), encode(b)) === 0;

/** Whether an update has operators, and is no replacement. */
export const isModifying = (spec: unknown): boolean =>
  isDocument(spec) && Object.keys(spec)[0]?.startsWith('$') === true;

const kindOf = (spec: unknown, now: number): Update => {
  if (Array.isArray(spec)) {
    throw new CommandError('NotImplemented', 'an update by a pipeline is not supported by embedded-mongo');
  }
  if (!isDocument(spec)) {
    throw new CommandError('FailedToParse', 'Update argument must be either an object or an array');
  }
  return isModifying(spec) ? modifying(spec, now) : replacing(spec);
};

/**
 * Compiles an update: operators, or a replacement.
 * @throws CommandError `FailedToParse` and others: what is wrong with it, whatever the documents
 */
export const compileUpdate = (spec: unknown, now: number): Update => {
  const update = kindOf(spec, now);
  return (document, target, inserting) => {
    const made = update(document, target, inserting);
    if (made === document || (!inserting && isSame(made, document))) return document;
    if (document._id === undefined || equal(document._id, made._id)) return made;
    throw new CommandError(
      'ImmutableField',
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    );
  };
};

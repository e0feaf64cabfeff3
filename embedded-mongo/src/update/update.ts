import { equal } from '../bson/compare.js';
import { encode, isDocument, type Document } from '../bson/document.js';
import { changeAt, parsePath, type Change, type Path } from '../bson/path.js';
import { CommandError } from '../errors.js';
import { arrayOperators } from './array-operators.js';
import { fieldOperators, type Operator } from './field-operators.js';
import { expand, isPositional, type Target } from './target.js';

/** What an update makes of a document; the very same document when nothing changes. */
export type Update = (document: Document, target: Target, inserting: boolean) => Document;

interface Step {
  readonly path: Path;
  readonly operator: string;
  readonly change: Change;
}

const operators: Readonly<Record<string, Operator>> = { ...fieldOperators, ...arrayOperators };

const stepsOf = (operator: string, operands: unknown): readonly Step[] => {
  const changing = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
  if (changing === undefined) {
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
  return Object.entries(operands).map(([field, operand]) => ({
    path: updatePath(field),
    operator,
    change: changing(operand, { operator, field }),
  }));
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
  const names = sorted.map(key);
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

const modifying = (spec: Document): Update => {
  const steps = ordered(Object.entries(spec).flatMap(([name, operands]) => stepsOf(name, operands)));
  return (document, target, inserting) =>
    steps.reduce<Document>((current, { path, operator, change }) => {
      if (operator === '$setOnInsert' && !inserting) return current;
      return expand(current, path, target).reduce(
        // Safe: a change at a path of a document makes a document.
        (inner, at) => changeAt(inner, at, change) as Document,
        current,
      );
    }, document);
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

const kindOf = (spec: unknown): Update => {
  if (Array.isArray(spec)) {
    throw new CommandError('NotImplemented', 'an update by a pipeline is not supported by embedded-mongo');
  }
  if (!isDocument(spec)) {
    throw new CommandError('FailedToParse', 'Update argument must be either an object or an array');
  }
  return isModifying(spec) ? modifying(spec) : replacing(spec);
};

/**
 * Compiles an update: operators, or a replacement.
 * @throws CommandError `FailedToParse` and others: what is wrong with it, whatever the documents
 */
export const compileUpdate = (spec: unknown): Update => {
  const update = kindOf(spec);
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

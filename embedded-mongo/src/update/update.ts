import { equal } from '../bson/compare.js';
import { encode, isDocument, type Document } from '../bson/document.js';
import { changeAt, parsePath, REMOVED, valueAt, type Path } from '../bson/path.js';
import { CommandError } from '../errors.js';
import { arrayOperators } from './array-operators.js';
import { fieldOperators, type Operator } from './field-operators.js';
import { expand, type Target } from './target.js';

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
  return Object.entries(operands).map(([name, operand]) => {
    const path = parsePath(name);
    if (!path.includes('')) return { path, operator, operand };
    throw new CommandError('FailedToParse', `The update path '${name}' contains an empty field name.`);
  });
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

const rename = (document: unknown, { path, operand }: Step): unknown => {
  if (typeof operand !== 'string') {
    throw new CommandError('BadValue', "The 'to' field for $rename must be a string");
  }
  const value = valueAt(document, path);
  if (value === undefined) return document;
  const without = changeAt(document, path, () => REMOVED);
  return changeAt(without, parsePath(operand), () => value);
};

const modifying = (spec: Document, now: number): Update => {
  const steps = ordered(Object.entries(spec).flatMap(([name, operands]) => stepsOf(name, operands)));
  const changes = steps.map((step) => ({
    step,
    change: operators[step.operator]?.(step.operand, {
      operator: step.operator,
      field: step.path.join('.'),
      now,
    }),
  }));
  return (document, target, inserting) =>
    changes.reduce<Document>((current, { step, change }) => {
      if (step.operator === '$setOnInsert' && !inserting) return current;
      // Safe: a change at a path of a document makes a document.
      if (change === undefined) return rename(current, step) as Document;
      return expand(current, step.path, target).reduce(
        (inner, path) => changeAt(inner, path, change) as Document,
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

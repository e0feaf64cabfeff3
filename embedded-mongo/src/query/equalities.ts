import { BSONRegExp } from 'bson';
import { isDocument, isOperators, type Document } from '../bson/document.js';

/** By dotted path: the values, one of which a matching document must have there. */
export type Equalities = ReadonlyMap<string, readonly unknown[]>;

const valuesOf = (operand: unknown): readonly unknown[] | undefined => {
  if (operand instanceof BSONRegExp) return undefined;
  if (!isOperators(operand)) return [operand];
  if ('$eq' in operand) return [operand.$eq];
  const list = operand.$in;
  return Array.isArray(list) && !list.some((value) => value instanceof BSONRegExp) ? list : undefined;
};

/** The equalities of a filter: for lookups by index, and as the start of an upsert. */
export const equalitiesOf = (filter: Document): Equalities =>
  new Map(
    conditionsOf(filter).flatMap(([name, operand]) => {
      const values = name.startsWith('$') ? undefined : valuesOf(operand);
      return values === undefined ? [] : [[name, values] as const];
    }),
  );

/** The conditions that must all hold, those within `$and` too. */
export const conditionsOf = (filter: Document): readonly (readonly [string, unknown])[] =>
  Object.entries(filter).flatMap(([name, operand]) =>
    name === '$and' && Array.isArray(operand)
      ? operand.filter(isDocument).flatMap(conditionsOf)
      : [[name, operand] as const],
  );

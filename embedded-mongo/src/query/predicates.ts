import { BSONRegExp, Decimal128 } from 'bson';
import { compare, equal } from '../bson/compare.js';
import { isDocument, isOperators, type Document } from '../bson/document.js';
import { typeNumbers, typeOf, rankOf, type TypeName } from '../bson/type.js';
import { CommandError } from '../errors.js';
import { regexTest } from './regex.js';

/** Tests one value; undefined: the field is missing. */
type Test = (value: unknown) => boolean;

/** Tests all values that the path of a condition leads to. */
type Predicate = (values: readonly unknown[]) => boolean;

/** A predicate that holds when a value passes, or an element of an array. */
const anyOf =
  (test: Test): Predicate =>
  (values) =>
    values.some((value) => test(value) || (Array.isArray(value) && value.some(test)));

const onArrays =
  (test: (array: readonly unknown[]) => boolean): Predicate =>
  (values) =>
    values.some((value) => Array.isArray(value) && test(value));

const isNaN = (value: unknown): boolean =>
  value instanceof Decimal128 ? value.toString() === 'NaN' : Number.isNaN(value);

/** Only values of one type are compared, as MongoDB does. */
const range = (operand: unknown, holds: (order: number) => boolean): Predicate => {
  if (operand instanceof BSONRegExp) {
    throw new CommandError('BadValue', "Can't have RegEx as arg to predicate over field.");
  }
  const rank = rankOf(operand);
  const operandIsNaN = isNaN(operand);
  const any = ['minKey', 'maxKey'].includes(typeOf(operand));
  return anyOf((value) => {
    if (!any && rankOf(value) !== rank) return false;
    if (isNaN(value) !== operandIsNaN) return false;
    return holds(compare(value, operand));
  });
};

/** What equals an operand: a regular expression in a filter is matched, and equals itself. */
const equalTo = (operand: unknown): Test => {
  if (!(operand instanceof BSONRegExp)) return (value) => equal(value, operand);
  const test = regexTest(operand);
  return (value) => (typeof value === 'string' ? test(value) : equal(value, operand));
};

const listOf = (name: string, operand: unknown): readonly unknown[] => {
  if (Array.isArray(operand)) return operand;
  throw new CommandError('BadValue', `${name} needs an array`);
};

const oneOf = (name: string, operand: unknown): Predicate => {
  const list = listOf(name, operand);
  if (list.some(isOperators)) throw new CommandError('BadValue', `cannot nest $ under ${name}`);
  const tests = list.map(equalTo);
  return anyOf((value) => tests.some((test) => test(value)));
};

const typesOf = (operand: unknown): readonly TypeName[] =>
  (Array.isArray(operand) ? operand : [operand]).flatMap((wanted: unknown): TypeName[] => {
    if (wanted === 'number') return ['int', 'long', 'double', 'decimal'];
    const found = Object.entries(typeNumbers).find(([name, number]) => wanted === name || wanted === number);
    if (found === undefined) {
      throw new CommandError('BadValue', `Unknown type name alias: ${String(wanted)}`);
    }
    // Safe: the table's keys are the names.
    return [found[0] as TypeName];
  });

const ofType = (operand: unknown): Predicate => {
  const types = typesOf(operand);
  return anyOf((value) => value !== undefined && types.includes(typeOf(value)));
};

const exists = (operand: unknown): Predicate => {
  const wanted = operand !== false && operand !== null && operand !== 0;
  return (values) => values.some((value) => value !== undefined) === wanted;
};

const sized = (operand: unknown): Predicate => {
  const size = typeof operand === 'bigint' ? Number(operand) : operand;
  if (!Number.isInteger(size) || Number(size) < 0) {
    throw new CommandError('BadValue', `Failed to parse $size. Expected a positive integer: ${String(size)}`);
  }
  return onArrays((array) => array.length === size);
};

const matching = (operand: unknown, options: unknown): Predicate => {
  const test = regexTest(operand, options);
  return anyOf((value) => typeof value === 'string' && test(value));
};

/** How a filter is compiled, which an element of an array may be asked too. */
export interface Compiler {
  readonly filter: (filter: Document) => (document: Document) => boolean;
  readonly condition: (condition: Document) => Predicate;
}

const LOGICAL = ['$and', '$or', '$nor'];

const elementTest = (operand: unknown, compiler: Compiler): Test => {
  if (!isDocument(operand)) throw new CommandError('BadValue', '$elemMatch needs an Object');
  if (isOperators(operand) && !LOGICAL.some((name) => name in operand)) {
    const predicate = compiler.condition(operand);
    return (element) => predicate([element]);
  }
  const test = compiler.filter(operand);
  return (element) => isDocument(element) && test(element);
};

const all = (operand: unknown, compiler: Compiler): Predicate => {
  const predicates = listOf('$all', operand).map((wanted) =>
    isOperators(wanted) ? compiler.condition(wanted) : anyOf(equalTo(wanted)),
  );
  return (values) => predicates.length > 0 && predicates.every((predicate) => predicate(values));
};

const not = (operand: unknown, compiler: Compiler): Predicate => {
  if (operand instanceof BSONRegExp) return none(matching(operand, undefined));
  if (!isOperators(operand)) throw new CommandError('BadValue', '$not needs a regex or a document');
  return none(compiler.condition(operand));
};

const none =
  (predicate: Predicate): Predicate =>
  (values) =>
    !predicate(values);

type Operator = (operand: unknown, condition: Document, compiler: Compiler) => Predicate;

const operators: Readonly<Record<string, Operator>> = {
  $eq: (operand) => anyOf((value) => equal(value, operand)),
  $ne: (operand) => none(anyOf((value) => equal(value, operand))),
  $gt: (operand) => range(operand, (order) => order > 0),
  $gte: (operand) => range(operand, (order) => order >= 0),
  $lt: (operand) => range(operand, (order) => order < 0),
  $lte: (operand) => range(operand, (order) => order <= 0),
  $in: (operand) => oneOf('$in', operand),
  $nin: (operand) => none(oneOf('$nin', operand)),
  $exists: exists,
  $type: ofType,
  $size: sized,
  $regex: (operand, { $options }) => matching(operand, $options),
  $elemMatch: (operand, _, compiler) => {
    const test = elementTest(operand, compiler);
    return onArrays((array) => array.some(test));
  },
  $all: (operand, _, compiler) => all(operand, compiler),
  $not: (operand, _, compiler) => not(operand, compiler),
};

/** The predicate of a list of operators, `{ $gt: 1, $lt: 5 }`. @throws CommandError `BadValue` */
export const predicateOf = (condition: Document, compiler: Compiler): Predicate => {
  const predicates = Object.entries(condition)
    .filter(([name]) => name !== '$options' || !('$regex' in condition))
    .map(([name, operand]) => {
      const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
      if (operator === undefined) throw new CommandError('BadValue', `unknown operator: ${name}`);
      return operator(operand, condition, compiler);
    });
  return (values) => predicates.every((predicate) => predicate(values));
};

/** The predicate of a bare value, `{ a: 1 }`. */
export const equality = (operand: unknown): Predicate => anyOf(equalTo(operand));

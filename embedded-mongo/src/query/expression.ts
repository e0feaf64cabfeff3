import { BSONRegExp, Decimal128 } from 'bson';
import { Context, evalExpr, ProcessingMode } from 'mingo/core';
import type { Options } from 'mingo/types';
import * as accumulators from 'mingo/operators/accumulator';
import * as arithmetic from 'mingo/operators/expression/arithmetic';
import * as expressions from 'mingo/operators/expression';
import { compare, equal } from '../bson/compare.js';
import { isDocument, type Document } from '../bson/document.js';
import { add, type Numeric } from '../bson/number.js';
import { isNumeric, typeOf } from '../bson/type.js';
import { CommandError } from '../errors.js';
import { regexOf } from './regex.js';

type Expression = (value: never, expression: unknown, options: Options) => unknown;
type Accumulator = (values: unknown[], expression: unknown, options: Options) => unknown;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** mingo does arithmetic in doubles only, and leaves other numbers out of it in silence. */
const doublesOnly =
  (name: string, operator: Expression): Expression =>
  (value, expression, options) => {
    const operands = listOf(evalExpr(value, expression, options));
    const exact = operands.find((operand) => ['decimal', 'long'].includes(typeOf(operand)));
    if (exact === undefined) return operator(value, expression, options);
    throw new CommandError(
      'NotImplemented',
      `${name} of a ${typeOf(exact)} that a double cannot hold is not supported by embedded-mongo`,
    );
  };

const comparing =
  (holds: (order: number) => unknown): Expression =>
  (value, expression, options) => {
    const operands = listOf(evalExpr(value, expression, options));
    if (operands.length !== 2) {
      throw new CommandError('BadValue', 'a comparison takes exactly 2 arguments');
    }
    const [a, b] = operands;
    // Here, other than in a filter, a missing field is less than null.
    if (a === undefined || b === undefined) return holds(Number(b === undefined) - Number(a === undefined));
    return holds(compare(a, b));
  };

const valuesOf = (...[values, expression, options]: Parameters<Accumulator>): readonly unknown[] => {
  const found: unknown = accumulators.$push(values, expression, options);
  return listOf(found).filter((value) => value !== undefined && value !== null);
};

const sumOf = (values: readonly unknown[]): Numeric =>
  // Safe: only numbers are kept.
  (values.filter(isNumeric) as Numeric[]).reduce(add, 0);

/** An int64 that the sum became only by its size goes on as a double: mingo knows no other. */
const narrow = (sum: Numeric): Numeric =>
  typeof sum === 'bigint' && Number.isSafeInteger(Number(sum)) ? Number(sum) : sum;

const average = (values: readonly unknown[]): unknown => {
  const numbers = values.filter(isNumeric);
  if (numbers.length === 0) return null;
  const sum = sumOf(numbers);
  if (typeof sum !== 'object') return Number(sum) / numbers.length;
  throw new CommandError('NotImplemented', '$avg of a decimal is not supported by embedded-mongo');
};

const extreme = (values: readonly unknown[], direction: 1 | -1): unknown =>
  values.reduce((best, value) => (direction * compare(value, best) > 0 ? value : best), values[0]) ?? null;

const ownAccumulators: Readonly<Record<string, Accumulator>> = {
  $sum: (...args) => narrow(sumOf(valuesOf(...args))),
  $avg: (...args) => average(valuesOf(...args)),
  $min: (...args) => extreme(valuesOf(...args), -1),
  $max: (...args) => extreme(valuesOf(...args), 1),
};

const ownExpressions: Readonly<Record<string, Expression>> = {
  $cmp: comparing((order) => order),
  $eq: comparing((order) => order === 0),
  $ne: comparing((order) => order !== 0),
  $gt: comparing((order) => order > 0),
  $gte: comparing((order) => order >= 0),
  $lt: comparing((order) => order < 0),
  $lte: comparing((order) => order <= 0),
  $in: (value, expression, options) => {
    const [wanted, list] = listOf(evalExpr(value, expression, options));
    if (!Array.isArray(list)) {
      throw new CommandError('BadValue', '$in requires an array as a second argument');
    }
    return list.some((element) => equal(element, wanted));
  },
  $type: (value, expression, options) => {
    const found = evalExpr(value, expression, options);
    return found === undefined ? 'missing' : typeOf(found);
  },
};

const arithmeticOperators = Object.fromEntries(
  Object.entries(arithmetic).map(([name, operator]) => [
    name,
    // Safe: the module holds operators, and itself as `default`, which is no operator's name.
    doublesOnly(name, operator as Expression),
  ]),
);

const { $function: _script, ...withoutScripts } = expressions;
const { $accumulator: _accumulator, ...plainAccumulators } = accumulators;

/** The operators of expressions: mingo's, and our own where its are wrong. */
export const expressionContext = (): Context =>
  Context.init({
    expression: { ...withoutScripts, ...arithmeticOperators, ...ownExpressions },
    accumulator: { ...plainAccumulators, ...ownAccumulators },
  });

const UNKNOWN = /'?(\$\w+)'? is not registered/;

/** An error of mingo as MongoDB would answer it. */
export const asCommandError = (error: unknown): CommandError => {
  if (error instanceof CommandError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const unknown = UNKNOWN.exec(message)?.[1];
  return unknown === undefined
    ? new CommandError('BadValue', message)
    : new CommandError('InvalidPipelineOperator', `Unrecognized expression '${unknown}'`);
};

/** A value as mingo can have it for its own: it changes what it is given, and knows only doubles. */
export const forMingo = (value: unknown): unknown => {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(forMingo);
  if (value instanceof BSONRegExp) return regexOf(value);
  if (!isDocument(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, forMingo(field)]));
};

const OPTIONS: Options = {
  context: expressionContext(),
  idKey: '_id',
  processingMode: ProcessingMode.CLONE_OFF,
  useStrictMode: true,
  scriptEnabled: false,
  failOnError: true,
};

/** The test of `$expr`: whether an expression of a document is true. */
export const expressionTest = (
  expression: unknown,
  variables: Document,
): ((document: Document) => boolean) => {
  const own = forMingo(expression);
  return (document) => {
    try {
      const value = evalExpr(forMingo(document), own, {
        ...OPTIONS,
        variables,
      });
      if (value instanceof Decimal128) return !/^[-+]?0*\.?0*(e.*)?$/i.test(value.toString());
      return value !== false && value !== null && value !== undefined && value !== 0 && value !== 0n;
    } catch (error) {
      throw asCommandError(error);
    }
  };
};

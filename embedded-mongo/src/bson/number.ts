import { Decimal128 } from 'bson';
import { CommandError } from '../errors.js';
import { typeOf } from './type.js';

/** A BSON number: int and double, long, decimal. */
export type Numeric = number | bigint | Decimal128;

/** `coefficient * 10 ** exponent`, which holds any finite number of BSON. */
interface Exact {
  readonly coefficient: bigint;
  readonly exponent: number;
}

const NUMBER = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;

/** A double is its binary value: 9.99 is a little more than the decimal 9.99. */
const exactOfDouble = (value: number): Exact => {
  let integer = value;
  let halvings = 0;
  for (; !Number.isInteger(integer); halvings++) integer *= 2;
  return { coefficient: BigInt(integer) * 5n ** BigInt(halvings), exponent: -halvings };
};

const exactOf = (value: Numeric): Exact => {
  if (typeof value === 'number') return exactOfDouble(value);
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(String(value)) ?? [];
  return {
    coefficient: BigInt(`${sign}${whole}${fraction}`.replace('+', '')),
    exponent: Number(exponent) - fraction.length,
  };
};

/** Without zeros at the end of the coefficient: equal numbers have the same. */
const reduced = ({ coefficient, exponent }: Exact): Exact => {
  if (coefficient === 0n) return { coefficient, exponent: 0 };
  const digits = String(coefficient);
  const zeros = digits.length - digits.replace(/0+$/, '').length;
  return { coefficient: coefficient / 10n ** BigInt(zeros), exponent: exponent + zeros };
};

/** NaN and the infinities, which have no exact form; undefined: it is finite. */
const specialOf = (value: Numeric): number | undefined => {
  if (typeof value === 'bigint') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : value;
  const text = value.toString();
  return /nan|inf/i.test(text) ? Number(text.replace(/inf$/i, 'Infinity')) : undefined;
};

const order = <T extends number | bigint>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** More digits before the point than any BSON number has. */
const compareExact = (a: Exact, b: Exact): number => {
  const magnitude = ({ coefficient, exponent }: Exact): number =>
    coefficient === 0n ? -Infinity : String(coefficient).replace('-', '').length + exponent;
  const signs = [a, b].map(({ coefficient }) => order(coefficient, 0n));
  const [signA = 0, signB = 0] = signs;
  if (signA !== signB) return order(signA, signB);
  const [sizeA, sizeB] = [magnitude(a), magnitude(b)];
  if (sizeA !== sizeB) return signA * order(sizeA, sizeB);
  const exponent = Math.min(a.exponent, b.exponent);
  return order(scaled(a, exponent), scaled(b, exponent));
};

const scaled = (value: Exact, exponent: number): bigint =>
  value.coefficient * 10n ** BigInt(value.exponent - exponent);

const compareSpecial = (a: number, b: number): number => {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  return order(a, b);
};

/** By value, whatever the types; NaN is below all others. */
export const compareNumbers = (a: Numeric, b: Numeric): number => {
  if (typeof a === 'bigint' && typeof b === 'bigint') return order(a, b);
  const [specialA, specialB] = [specialOf(a), specialOf(b)];
  if (specialA !== undefined || specialB !== undefined) return compareSpecial(specialA ?? 0, specialB ?? 0);
  if (typeof a === 'number' && typeof b === 'number') return order(a, b);
  return compareExact(exactOf(a), exactOf(b));
};

/** Equal numbers have the same text. */
export const numberKey = (value: Numeric): string => {
  const special = specialOf(value);
  if (special !== undefined) return String(special);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return `${value + 0}e0`;
  const { coefficient, exponent } = reduced(exactOf(value));
  const fits = exponent > 0 && exponent <= 40;
  return fits ? `${coefficient * 10n ** BigInt(exponent)}e0` : `${coefficient}e${exponent}`;
};

/** Of a decimal. */
const MAX_DIGITS = 34;

const MAX_LONG = 2n ** 63n - 1n;

const refused = (what: string): CommandError =>
  new CommandError('NotImplemented', `arithmetic ${what} is not supported by embedded-mongo`);

const addDecimals = (a: Numeric, b: Numeric): Decimal128 => {
  const [specialA, specialB] = [specialOf(a), specialOf(b)];
  if (specialA !== undefined || specialB !== undefined) {
    return Decimal128.fromString(String((specialA ?? 0) + (specialB ?? 0)));
  }
  const [x, y] = [exactOf(a), exactOf(b)];
  const exponent = Math.min(x.exponent, y.exponent);
  const sum = scaled(x, exponent) + scaled(y, exponent);
  if (String(sum).replace('-', '').length <= MAX_DIGITS) return Decimal128.fromString(`${sum}E${exponent}`);
  throw refused(`with decimals of more than ${MAX_DIGITS} digits`);
};

/** @throws CommandError `BadValue` when a long overflows, `NotImplemented`. An int that overflows becomes a long. */
export const add = (a: Numeric, b: Numeric): Numeric => {
  const types = [typeOf(a), typeOf(b)];
  const isDouble = types.includes('double');
  if (types.includes('decimal')) {
    if (!isDouble) return addDecimals(a, b);
    throw refused('of decimals with doubles');
  }
  if (isDouble) return Number(a) + Number(b);
  const sum = BigInt(String(a)) + BigInt(String(b));
  if (sum > MAX_LONG || sum < -MAX_LONG - 1n) {
    throw new CommandError('BadValue', `The result ${sum} does not fit a long`);
  }
  const narrow = Number(sum);
  return types.includes('long') || typeOf(narrow) !== 'int' ? sum : narrow;
};

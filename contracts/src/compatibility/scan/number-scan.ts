import type { Bound, NumberShape } from '../shape/shape.js';
import { scanInteger, scanNumber, UNREAD, type Scan } from './json-scan.js';

/** A double represents every integer of up to 15 digits exactly. */
const MAX_DIGITS = 15;
const LARGEST = 10 ** MAX_DIGITS;

const MINUS = 0x2d;
const ZERO = 0x30;

/** Undefined for multiples, of which each library has its own notion. */
export const numberScan = ({ integer, min, max, multiplesOf }: NumberShape): Scan | undefined => {
  if (multiplesOf.length > 0) return undefined;
  const isAny = min.value === -Infinity && max.value === Infinity;
  if (isAny && !integer) return scanNumber;
  if (integer && isBelow(min, -LARGEST) && isAbove(max, LARGEST)) return scanExact;
  return (bytes, start) => {
    const end = integer ? scanExact(bytes, start) : scanNumber(bytes, start);
    const point = integer ? end : scanExact(bytes, start);
    if (end === UNREAD || point === UNREAD) return UNREAD;
    const isNegative = bytes[start] === MINUS;
    const whole = integerOf(bytes, isNegative ? start + 1 : start, point);
    // With a fraction, the number is between two integers.
    const next = point === end ? whole : whole + 1;
    const isWithin = isNegative
      ? isBelow(min, -next) && isAbove(max, -whole)
      : isBelow(min, whole) && isAbove(max, next);
    return isWithin ? end : UNREAD;
  };
};

const scanExact: Scan = (bytes, start) => {
  const end = scanInteger(bytes, start);
  return end - start > MAX_DIGITS ? UNREAD : end;
};

const integerOf = (bytes: Uint8Array, from: number, to: number): number => {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 10 + (bytes[at] ?? 0) - ZERO;
  return value;
};

const isBelow = ({ value, exclusive }: Bound, number: number): boolean =>
  exclusive ? value < number : value <= number;

const isAbove = ({ value, exclusive }: Bound, number: number): boolean =>
  exclusive ? value > number : value >= number;

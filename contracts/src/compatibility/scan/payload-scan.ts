import type { Json, JsonSchema } from '../json.js';
import { shapeOf } from '../shape/parse.js';
import { partsOf, type Shape, type StringShape } from '../shape/shape.js';
import { arrayScan } from './array-scan.js';
import { bytesOf, scanPlainString, scanString, scanText, scanValue, UNREAD, type Scan } from './json-scan.js';
import { numberScan } from './number-scan.js';
import { objectScan } from './object-scan.js';

/**
 * Whether the JSON in bytes from one offset to before another is surely allowed by a schema. False: it may be allowed
 * nevertheless.
 */
export type PayloadScan = (bytes: Uint8Array, from: number, to: number) => boolean;

/** How often a part of a payload may be read, for unions within unions. */
const MAX_READS = 32;
/** Of the schema: with the levels of a value that may be anything, fewer than a payload may have. */
const MAX_DEPTH = 32;

/**
 * Decides by the bytes of a payload, without parsing it. Undefined for schemas that say less than their library checks, and
 * where only the library knows: patterns, formats, multiples, tuples, schemas that contain themselves.
 */
export const payloadScan = (schema: JsonSchema): PayloadScan | undefined => {
  const shape = shapeOf(schema);
  if (depthOf(shape) > MAX_DEPTH || readsOf(shape) > MAX_READS) return undefined;
  const scan = scanOf(shape);
  return scan && ((bytes, from, to) => scan(bytes, from) === to);
};

const scanOf = (shape: Shape): Scan | undefined => {
  switch (shape.kind) {
    case 'any':
      return scanValue;
    case 'values':
      return valuesScan(shape.values);
    case 'string':
      return stringScan(shape);
    case 'number':
      return numberScan(shape);
    case 'array':
      return arrayScan(shape, scanOf(shape.items));
    case 'object':
      return objectScan(shape, scanOf);
    case 'union':
      return unionScan(shape.members.map(scanOf));
    case 'never':
    case 'reference':
    case 'partial':
      return undefined;
  }
};

const stringScan = ({ min, max, minUnits, maxUnits, patterns, formats }: StringShape): Scan | undefined => {
  if (patterns.length + formats.length > 0) return undefined;
  const [least, most] = [Math.max(min, minUnits), Math.min(max, maxUnits)];
  if (least === 0 && most === Infinity) return scanString;
  return (bytes, start) => {
    const end = scanPlainString(bytes, start);
    const length = end - start - 2;
    return end !== UNREAD && length >= least && length <= most ? end : UNREAD;
  };
};

const valuesScan = (values: readonly Json[]): Scan | undefined =>
  unionScan(
    values.map((value) => (typeof value === 'object' && value !== null ? undefined : textScan(value))),
  );

/** Undefined for what can be written in several ways. */
const textScan = (value: Json): Scan | undefined => {
  const text = JSON.stringify(value);
  return text.includes('\\') ? undefined : scanText(bytesOf(text));
};

const unionScan = (members: readonly (Scan | undefined)[]): Scan | undefined => {
  const scans = members.filter((scan) => scan !== undefined);
  if (scans.length < members.length) return undefined;
  return (bytes, at) => {
    for (const scan of scans) {
      const end = scan(bytes, at);
      if (end !== UNREAD) return end;
    }
    return UNREAD;
  };
};

/** How often a part of a payload is read at most: for each member of each union around it. */
const readsOf = (shape: Shape): number => {
  const parts = partsOf(shape).map(readsOf);
  return shape.kind === 'union' ? parts.reduce((sum, reads) => sum + reads, 0) : Math.max(1, ...parts);
};

const depthOf = (shape: Shape): number => 1 + Math.max(0, ...partsOf(shape).map(depthOf));

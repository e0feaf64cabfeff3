import type { ObjectShape } from '../shape/shape.js';
import {
  bytesOf,
  CLOSE_OBJECT,
  COMMA,
  isTextAt,
  OPEN_OBJECT,
  scanKey,
  UNREAD,
  type Scan,
} from './json-scan.js';

/** Each has a bit of a small integer. */
const MAX_FIELDS = 30;

interface Field {
  /** With the quotes and the colon. */
  readonly name: Uint8Array;
  readonly scanValue: Scan;
  readonly bit: number;
}

interface ObjectScanParts {
  readonly fields: readonly Field[];
  /** The bits of those that are required. */
  readonly required: number;
  /** The values of other fields; undefined: there are none. */
  readonly scanOther: Scan | undefined;
}

/**
 * Of an object with these fields, each once, in any order. `scanOf`: undefined for a value that cannot be scanned; then the
 * object cannot, neither can one that restricts more than its fields' values.
 */
export const objectScan = (
  shape: ObjectShape,
  scanOf: (part: ObjectShape['additional']) => Scan | undefined,
): Scan | undefined => {
  const { properties, additional, names } = shape;
  if (isCounted(shape) || properties.size > MAX_FIELDS) return undefined;
  const fields: Field[] = [];
  let required = 0;
  for (const [name, property] of properties) {
    const scanValue = scanOf(property.shape);
    const text = JSON.stringify(name);
    if (scanValue === undefined || text !== `"${name}"`) return undefined;
    const bit = 1 << fields.length;
    fields.push({ name: bytesOf(`${text}:`), scanValue, bit });
    if (property.required) required |= bit;
  }
  if (additional.kind === 'never') return scanning({ fields, required, scanOther: undefined });
  const scanOther = scanOf(additional);
  if (scanOther === undefined || !isAnyName(names)) return undefined;
  return scanning({ fields, required, scanOther });
};

/** Whether the number of its fields is restricted beyond what their names say. */
const isCounted = ({ properties, additional, min, max }: ObjectShape): boolean => {
  const required = [...properties.values()].filter((property) => property.required);
  return min > required.length || max < (additional.kind === 'never' ? properties.size : Infinity);
};

const isAnyName = (names: ObjectShape['names']): boolean =>
  names.kind === 'any' ||
  (names.kind === 'string' &&
    names.min === 0 &&
    names.minUnits === 0 &&
    names.max === Infinity &&
    names.maxUnits === Infinity &&
    names.patterns.length + names.formats.length === 0);

const scanning =
  ({ fields, required, scanOther }: ObjectScanParts): Scan =>
  (bytes, start) => {
    if (bytes[start] !== OPEN_OBJECT) return UNREAD;
    if (bytes[start + 1] === CLOSE_OBJECT) return required === 0 ? start + 2 : UNREAD;
    let at = start;
    let seen = 0;
    let index = 0;
    do {
      const name = at + 1;
      index = fieldAt(fields, bytes, name, index);
      const field = fields[index];
      if (field === undefined) {
        at = scanOther === undefined ? UNREAD : scanOtherField(bytes, name, scanOther);
      } else {
        if ((seen & field.bit) !== 0) return UNREAD;
        seen |= field.bit;
        index++;
        at = field.scanValue(bytes, name + field.name.length);
      }
    } while (bytes[at] === COMMA);
    return bytes[at] === CLOSE_OBJECT && (seen & required) === required ? at + 1 : UNREAD;
  };

/** The index of the field with the name that begins here. Mostly it is the next one. */
const fieldAt = (fields: readonly Field[], bytes: Uint8Array, at: number, next: number): number => {
  for (let tried = 0; tried < fields.length; tried++) {
    const index = (next + tried) % fields.length;
    const field = fields[index];
    if (field !== undefined && isTextAt(bytes, at, field.name)) return index;
  }
  return fields.length;
};

const scanOtherField = (bytes: Uint8Array, at: number, scanOther: Scan): number => {
  const value = scanKey(bytes, at);
  return value === UNREAD ? UNREAD : scanOther(bytes, value);
};

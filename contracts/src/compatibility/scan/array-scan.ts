import type { ArrayShape } from '../shape/shape.js';
import { CLOSE_ARRAY, COMMA, OPEN_ARRAY, UNREAD, type Scan } from './json-scan.js';

/** `scanItem`: undefined for items that cannot be scanned. Undefined for tuples and sets. */
export const arrayScan = (
  { prefix, min, max, unique }: ArrayShape,
  scanItem: Scan | undefined,
): Scan | undefined => {
  if (prefix.length > 0 || unique || scanItem === undefined) return undefined;
  return (bytes, start) => {
    if (bytes[start] !== OPEN_ARRAY) return UNREAD;
    if (bytes[start + 1] === CLOSE_ARRAY) return min === 0 ? start + 2 : UNREAD;
    let at = start;
    let items = 0;
    do {
      items++;
      at = scanItem(bytes, at + 1);
    } while (bytes[at] === COMMA);
    return bytes[at] === CLOSE_ARRAY && items >= min && items <= max ? at + 1 : UNREAD;
  };
};

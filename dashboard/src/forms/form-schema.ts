import type { JsonObject } from './json-object.js';

/** Whether fields can edit the payloads of a schema: it says which there are. */
export const hasFields = ({ properties, $ref, anyOf, oneOf, allOf, type }: JsonObject): boolean =>
  [properties, $ref, anyOf, oneOf, allOf].some((part) => part !== undefined) ||
  (typeof type === 'string' && type !== 'object');

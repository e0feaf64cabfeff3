import { isJsonObject, LENGTH_UNIT } from '../json.js';

/** The converted schema of a library that counts texts in UTF-16 code units: valibot and arktype do. */
export const utf16Lengths = (schema: unknown): unknown =>
  JSON.parse(JSON.stringify(schema), (_key, part: unknown) =>
    isJsonObject(part) && hasLength(part) ? { ...part, [LENGTH_UNIT]: 'utf-16' } : part,
  );

const hasLength = ({ type, minLength, maxLength }: Readonly<Record<string, unknown>>): boolean =>
  type === 'string' && (typeof minLength === 'number' || typeof maxLength === 'number');

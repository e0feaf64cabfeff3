import { UNDECIDABLE, type Json } from '../json.js';

/** A converted schema as JSON, in which an infinite number would be null: its part is undecidable, a default still one. */
export const convertedJson = (converted: unknown): Json =>
  // Safe: what is no JSON is left out.
  JSON.parse(JSON.stringify(converted, finite)) as Json;

const finite = (_key: string, part: unknown): unknown => {
  const isPart = typeof part === 'object' && part !== null && !Array.isArray(part);
  if (!isPart || !Object.values(part).flat().some(isInfinite)) return part;
  return { ...('default' in part && { default: null }), [UNDECIDABLE]: 'a number that JSON lacks' };
};

const isInfinite = (value: unknown): boolean => typeof value === 'number' && !Number.isFinite(value);

import { UNDECIDABLE } from '../json.js';

/** The used part of a schema of arktype. */
export interface ArktypeSchema {
  /** How it is built up, as JSON. */
  readonly json: unknown;
  toJsonSchema(options: {
    readonly target: 'draft-2020-12';
    readonly fallback: { readonly default: (part: UnsaidPart) => object };
  }): object;
}

/** A part that JSON Schema cannot express, and what it can say of it. */
interface UnsaidPart {
  readonly code: string;
  readonly base: object;
}

/** Converts a schema of arktype by itself, and names what JSON Schema cannot say. */
export const arktypeSchema = (schema: ArktypeSchema): object => {
  const converted = schema.toJsonSchema({
    target: 'draft-2020-12',
    fallback: { default: ({ code, base }) => ({ ...base, [UNDECIDABLE]: `a ${code} of arktype` }) },
  });
  // Its converter leaves them out: what it says may refuse what arktype accepts.
  const flags = /"flags":"(\w+)"/.exec(JSON.stringify(schema.json))?.[1];
  if (flags === undefined) return converted;
  return { [UNDECIDABLE]: `a regular expression with the flags "${flags}"` };
};

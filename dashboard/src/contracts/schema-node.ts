import { isObject, type JsonObject } from '../forms/json-object.js';
import { pointerNames } from '../forms/json-pointer.js';

/** The members of an object of schemas; none when it is no object. */
export const membersOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  isObject(value) ? Object.entries(value) : [];

/** The schemas of a list; none when it is no list. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What a schema refers to, and by which names; `isOpen`: it refers to itself, or to nothing. */
export interface ResolvedSchema {
  readonly schema: unknown;
  readonly refs: readonly string[];
  readonly isOpen: boolean;
}

/** Follows `$ref` within the schema of an event. */
export const resolved = (schema: unknown, root: JsonObject): ResolvedSchema => {
  const refs: string[] = [];
  let at = schema;
  while (isObject(at) && typeof at.$ref === 'string') {
    if (refs.includes(at.$ref)) return { schema: at, refs, isOpen: true };
    refs.push(at.$ref);
    at = target(at.$ref, root);
  }
  return { schema: at, refs, isOpen: at === undefined };
};

/** Of a JSON Pointer in a fragment: `#/$defs/a`. */
const target = (ref: string, root: JsonObject): unknown => {
  if (ref !== '#' && !ref.startsWith('#/')) return undefined;
  let at: unknown = root;
  for (const name of pointerNames(ref)) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    // Safe: it was seen to have this member.
    at = (at as Readonly<Record<string, unknown>>)[name];
  }
  return at;
};

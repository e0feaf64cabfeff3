import { Validator, type OutputUnit } from '@cfworker/json-schema';
import { issueText } from './issue-text.js';
import type { JsonObject } from './json-object.js';
import { pointerNames } from './json-pointer.js';
import { withBestVariants } from './variant-errors.js';

/** One thing wrong with a payload. */
export interface PayloadIssue {
  readonly path: readonly string[];
  readonly message: string;
}

/** Say only that something inside is wrong, which is an error of its own. */
const OUTER = new Set([
  ...['properties', 'patternProperties', 'additionalProperties', 'unevaluatedProperties', 'propertyNames'],
  ...['items', 'prefixItems', 'additionalItems', 'unevaluatedItems', 'contains'],
  ...['allOf', '$ref', 'if', 'then', 'else', 'dependentSchemas'],
]);

const validators = new WeakMap<JsonObject, Validator>();

/** Of a copy: the library writes into schemas where their references lead, and a part of this one may be validated alone. */
const validatorOf = (schema: JsonObject): Validator => {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const validator = new Validator(structuredClone(schema), '2020-12', false);
  validators.set(schema, validator);
  return validator;
};

const errorsOf = (schema: JsonObject, payload: unknown): readonly OutputUnit[] => {
  try {
    return validatorOf(schema).validate(payload).errors;
  } catch {
    // The schema refers to what the page does not have: the server validates.
    return [];
  }
};

/** Undefined has none; fields of forms that were emptied are left out. */
const jsonOf = (payload: unknown): string | undefined => JSON.stringify(payload);

/** What is wrong with a payload, by the JSON Schema that a server describes. Nothing is compiled from text. */
export const payloadIssues = (schema: JsonObject, payload: unknown): readonly PayloadIssue[] => {
  const text = jsonOf(payload);
  if (text === undefined) return [{ path: [], message: 'is required' }];
  return withBestVariants(errorsOf(schema, JSON.parse(text)))
    .filter(({ keyword }) => !OUTER.has(keyword))
    .map(issueOf);
};

const issueOf = ({ keyword, error, instanceLocation }: OutputUnit): PayloadIssue => {
  const path = pointerNames(instanceLocation, decoded);
  const [, missing] = keyword === 'required' ? (/required property "(.*)"\.$/s.exec(error) ?? []) : [];
  if (missing !== undefined) return { path: [...path, missing], message: 'is required' };
  return { path, message: issueText(keyword, error) };
};

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

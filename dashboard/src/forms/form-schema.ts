import type { JsonObject } from './json-object.js';

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null;

/** Whether fields can edit the payloads of a schema: it says which there are, or so does each of its choices. */
export const hasFields = ({ properties, anyOf, oneOf, type }: JsonObject): boolean => {
  if (properties !== undefined || (typeof type === 'string' && type !== 'object')) return true;
  const choices = anyOf ?? oneOf;
  return Array.isArray(choices) && choices.every((choice) => isObject(choice) && isObject(choice.properties));
};

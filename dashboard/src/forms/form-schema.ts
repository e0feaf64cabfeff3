import { isObject, type JsonObject } from './json-object.js';

/** Whether fields can edit the payloads of a schema: it or a part of it says which there are, or so does each of its choices. */
export const hasFields = ({ properties, allOf, anyOf, oneOf, type }: JsonObject): boolean => {
  if (properties !== undefined || (typeof type === 'string' && type !== 'object')) return true;
  if (Array.isArray(allOf) && allOf.some((part) => isObject(part) && hasFields(part))) return true;
  const choices = anyOf ?? oneOf;
  return Array.isArray(choices) && choices.every((choice) => isObject(choice) && isObject(choice.properties));
};

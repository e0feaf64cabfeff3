import { isObject } from './json-object.js';

/** Whether the fields of a form keep the line breaks of a value: a textarea makes each a line feed, and a name has a line of its own. */
export const keepsLines = (value: unknown): boolean => {
  if (typeof value === 'string') return !value.includes('\r');
  if (Array.isArray(value)) return value.every(keepsLines);
  return (
    !isObject(value) ||
    Object.entries(value).every(([name, inner]) => !/[\r\n]/.test(name) && keepsLines(inner))
  );
};

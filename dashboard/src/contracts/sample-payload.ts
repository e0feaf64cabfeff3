import { isObject, type JsonObject } from '../forms/json-object.js';
import { listOf, membersOf, resolved } from './schema-node.js';

const MAX_DEPTH = 6;

const TEXTS: Readonly<Record<string, string>> = {
  'date-time': '2026-01-31T12:00:00Z',
  date: '2026-01-31',
  email: 'ada@example.com',
  uuid: '0190b6a5-5a3c-7d2e-9c41-3f1d2a7b8c90',
  uri: 'https://example.com',
};

/** A payload as an example shows it: the required fields, with values of their types; patterns are not followed. */
export const samplePayload = (schema: unknown, root: JsonObject, depth = 0): unknown => {
  const { schema: node, isOpen } = resolved(schema, root);
  if (isOpen || depth > MAX_DEPTH || !isObject(node)) return null;
  if ('const' in node) return node.const;
  if (Array.isArray(node.enum)) return node.enum[0];
  const [choice] = [...listOf(node.anyOf), ...listOf(node.oneOf), ...listOf(node.allOf)];
  if (choice !== undefined && node.type === undefined) return samplePayload(choice, root, depth + 1);
  return sampleOfType(node, root, depth);
};

const sampleOfType = (node: JsonObject, root: JsonObject, depth: number): unknown => {
  const { type, format, minimum } = node;
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object':
      return sampleObject(node, root, depth);
    case 'array':
      return sampleItems(node, root, depth);
    case 'string':
      return (typeof format === 'string' ? TEXTS[format] : undefined) ?? '…';
    case 'number':
    case 'integer':
      return typeof minimum === 'number' && minimum > 0 ? minimum : 1;
    case 'boolean':
      return true;
    default:
      return null;
  }
};

const sampleObject = (node: JsonObject, root: JsonObject, depth: number): unknown => {
  const required = listOf(node.required);
  return Object.fromEntries(
    membersOf(node.properties)
      .filter(([name]) => required.includes(name))
      .map(([name, each]) => [name, samplePayload(each, root, depth + 1)]),
  );
};

const sampleItems = (node: JsonObject, root: JsonObject, depth: number): unknown => {
  const places = listOf(node.prefixItems).map((each) => samplePayload(each, root, depth + 1));
  if (places.length > 0) return places;
  // A recursive type would be nested without an end.
  return depth > 1 || !isObject(node.items) ? [] : [samplePayload(node.items, root, depth + 1)];
};

import { isObject, type JsonObject } from '../forms/json-object.js';
import { listOf, resolved } from './schema-node.js';

const MAX_DEPTH = 4;
const MAX_CHOICES = 8;

/** The type of a schema as TypeScript would have it; parts of an object are not written out. */
export const typeText = (schema: unknown, root: JsonObject, depth = 0): string => {
  const { schema: node, isOpen } = resolved(schema, root);
  if (isOpen || depth > MAX_DEPTH) return '…';
  if (node === false) return 'never';
  if (!isObject(node)) return 'unknown';
  if ('const' in node) return JSON.stringify(node.const);
  if (Array.isArray(node.enum)) return union(node.enum.map((each) => JSON.stringify(each)));
  const choices = [...listOf(node.anyOf), ...listOf(node.oneOf)];
  if (choices.length > 0) return union(choices.map((each) => typeText(each, root, depth + 1)));
  return namedType(node, root, depth);
};

const namedType = (node: JsonObject, root: JsonObject, depth: number): string => {
  const { type } = node;
  if (Array.isArray(type))
    return union(listOf(type).map((each) => typeText({ ...node, type: each }, root, depth + 1)));
  if (type === 'array') return arrayType(node, root, depth);
  if (type === 'object' || (type === undefined && 'properties' in node)) return objectType(node, root, depth);
  if (typeof type === 'string') return type;
  const [part] = listOf(node.allOf);
  return part === undefined ? 'unknown' : typeText(part, root, depth + 1);
};

const arrayType = (node: JsonObject, root: JsonObject, depth: number): string => {
  const places = listOf(node.prefixItems).map((each) => typeText(each, root, depth + 1));
  const { items = true } = node;
  const item = typeText(items, root, depth + 1);
  if (places.length > 0) return `[${[...places, ...(items === false ? [] : [`...${item}[]`])].join(', ')}]`;
  return `${item.includes(' | ') ? `(${item})` : item}[]`;
};

const objectType = (node: JsonObject, root: JsonObject, depth: number): string => {
  const { properties, additionalProperties } = node;
  return properties === undefined && isObject(additionalProperties)
    ? `Record<string, ${typeText(additionalProperties, root, depth + 1)}>`
    : 'object';
};

/** Contracts have the values of a boolean one by one. */
const namedBoolean = (texts: readonly string[]): readonly string[] =>
  texts.includes('true') && texts.includes('false')
    ? texts.map((text) => (text === 'true' || text === 'false' ? 'boolean' : text))
    : texts;

const union = (texts: readonly string[]): string => {
  const each = [...new Set(namedBoolean(texts))];
  const rest = each.length - MAX_CHOICES;
  return [...each.slice(0, MAX_CHOICES), ...(rest > 0 ? [`… ${rest} more`] : [])].join(' | ');
};

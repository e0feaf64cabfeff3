import { isObject, type JsonObject } from '../forms/json-object.js';
import { constraintsOf } from './schema-constraints.js';
import { listOf, membersOf, resolved } from './schema-node.js';
import { typeText } from './schema-type.js';

/** One line of the documentation of a payload. */
export interface SchemaField {
  /** From the payload: `lines[].price`; empty: the payload itself. */
  readonly path: string;
  readonly type: string;
  /** Of a field of an object; undefined for another part. */
  readonly presence: 'required' | 'optional' | undefined;
  readonly constraints: readonly string[];
  readonly description: string | undefined;
}

const MAX_FIELDS = 300;
const MAX_DEPTH = 12;

/** A part of a schema, and the references that lead to it with the paths where they were followed. */
interface Place {
  readonly path: string;
  readonly schema: unknown;
  readonly presence: SchemaField['presence'];
  readonly followed: ReadonlyMap<string, string>;
  readonly depth: number;
}

/** The fields of a payload by its JSON Schema, at most 300: those of an object follow it, those of a cycle are not repeated. */
export const fieldsOf = (root: JsonObject): readonly SchemaField[] => {
  const fields: SchemaField[] = [];
  const visit = (place: Place): void => {
    if (fields.length >= MAX_FIELDS) return;
    const { schema, refs, isOpen } = resolved(place.schema, root);
    const again = refs.map((ref) => place.followed.get(ref)).find((path) => path !== undefined);
    if (place.path !== '') fields.push({ ...fieldAt(place, schema, root), ...repeated(again) });
    if (isOpen || again !== undefined || place.depth >= MAX_DEPTH) return;
    const followed = new Map([...place.followed, ...refs.map((ref) => [ref, place.path] as const)]);
    for (const part of partsOf(schema, place.path)) visit({ ...part, followed, depth: place.depth + 1 });
  };
  visit({ path: '', schema: root, presence: undefined, followed: new Map([['#', '']]), depth: 0 });
  return fields;
};

const fieldAt = ({ path, presence }: Place, schema: unknown, root: JsonObject): SchemaField => ({
  path,
  type: typeText(schema, root),
  presence,
  constraints: constraintsOf(schema),
  description: isObject(schema) && typeof schema.description === 'string' ? schema.description : undefined,
});

const repeated = (path: string | undefined): Partial<SchemaField> => {
  if (path === undefined) return {};
  return { type: path === '' ? 'the payload again' : `as ${path}`, constraints: [] };
};

type Part = Pick<Place, 'path' | 'schema' | 'presence'>;

/** What a value of a schema is made of. */
const partsOf = (schema: unknown, path: string): readonly Part[] => {
  if (!isObject(schema)) return [];
  const required = listOf(schema.required);
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
  return [
    ...membersOf(schema.properties).map(([name, each]) =>
      part(at(name), each, required.includes(name) ? 'required' : 'optional'),
    ),
    ...membersOf(schema.patternProperties).map(([name, each]) => part(at(`[${name}]`), each)),
    ...composite(schema.additionalProperties, at('[key]')),
    ...listOf(schema.prefixItems).map((each, index) => part(`${path}[${index}]`, each)),
    ...composite(schema.items, `${path}[]`),
    ...listOf(schema.allOf).flatMap((each) => partsOf(each, path)),
    ...choicesOf(schema, path),
  ];
};

const part = (path: string, schema: unknown, presence?: Part['presence']): Part => ({
  path,
  schema,
  presence,
});

/** Choices with parts of their own; the type of their place names the others. */
const choicesOf = (schema: JsonObject, path: string): readonly Part[] => {
  const choices = [...listOf(schema.anyOf), ...listOf(schema.oneOf)];
  return choices.flatMap((each, index) => composite(each, `${path}(${index + 1} of ${choices.length})`));
};

const composite = (schema: unknown, path: string): readonly Part[] =>
  isObject(schema) && ('$ref' in schema || partsOf(schema, path).length > 0) ? [part(path, schema)] : [];

import type { Json, JsonSchema } from '@typed-queue/contracts/compatibility';

/** A field of a payload, as documentation shows it. */
export interface FieldRow {
  /** `document.tags[]`; empty: the payload itself. */
  readonly name: string;
  /** `text or null`. */
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

type Keywords = Readonly<Record<string, Json>>;

const isKeywords = (schema: Json | undefined): schema is Keywords =>
  typeof schema === 'object' && schema !== null && !Array.isArray(schema);
const listOf = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];

/** The payload and, below it, all its fields; a schema that contains itself is not opened again. */
export const fieldRows = (schema: JsonSchema): readonly FieldRow[] =>
  new FieldTable(schema).rows(schema, { name: '', required: true, open: ['#'] });

interface Place {
  readonly name: string;
  readonly required: boolean;
  /** References that are open. */
  readonly open: readonly string[];
}

class FieldTable {
  readonly #root: JsonSchema;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  rows(schema: Json, place: Place): readonly FieldRow[] {
    const { $ref } = isKeywords(schema) ? schema : {};
    if (typeof $ref === 'string') {
      if (place.open.includes($ref)) return [this.#row(schema, place)];
      return this.rows(this.#target($ref), { ...place, open: [...place.open, $ref] });
    }
    // An object without a name of its own has only its fields.
    const isNameless = isKeywords(schema) && 'properties' in schema && /^$|\[\]$/.test(place.name);
    const own = isNameless ? [] : [this.#row(schema, place)];
    return isKeywords(schema) ? [...own, ...this.#inside(schema, place)] : own;
  }

  #row(schema: Json, { name, required }: Place): FieldRow {
    // That of the payload is above its table.
    const described = isKeywords(schema) && name !== '' ? schema.description : '';
    const description = typeof described === 'string' ? described : '';
    return { name, required, type: this.#type(schema), description };
  }

  #inside(schema: Keywords, { name, open }: Place): readonly FieldRow[] {
    const required = listOf(schema.required);
    const part = (schema: Json | undefined, name: string, required = true): readonly FieldRow[] =>
      isKeywords(schema) ? this.rows(schema, { name, required, open }) : [];
    const fields = Object.entries(isKeywords(schema.properties) ? schema.properties : {});
    const alternatives = [...listOf(schema.anyOf), ...listOf(schema.oneOf), ...listOf(schema.allOf)].filter(
      hasFields,
    );
    return [
      ...fields.flatMap(([field, member]) =>
        part(member, name === '' ? field : `${name}.${field}`, required.includes(field)),
      ),
      ...(hasFields(schema.additionalProperties) ? part(schema.additionalProperties, `${name}.*`) : []),
      ...(hasFields(schema.items) ? part(schema.items, `${name}[]`) : []),
      ...alternatives.flatMap((member, index) => part(member, `${name}#${index + 1}`)),
    ];
  }

  #target($ref: string): Json {
    const keys = $ref.split('/').slice(1);
    return keys.reduce<Json>((part, key) => {
      const name = key.replaceAll('~1', '/').replaceAll('~0', '~');
      return isKeywords(part) && Object.hasOwn(part, name) ? (part[name] ?? {}) : {};
    }, this.#root);
  }

  #type(schema: Json): string {
    if (schema === false) return 'nothing';
    if (!isKeywords(schema)) return 'anything';
    const { $ref, anyOf, oneOf, type } = schema;
    if (typeof $ref === 'string')
      return $ref === '#' ? 'the same as the payload' : `the same as ${$ref.split('/').at(-1) ?? ''}`;
    const values = 'const' in schema ? [schema.const] : listOf(schema.enum);
    if (values.length > 0) return values.map((value) => JSON.stringify(value)).join(' or ');
    const members = [...listOf(anyOf), ...listOf(oneOf)];
    if (members.length > 0)
      return members.map((member, index) => this.#alternative(member, index)).join(' or ');
    const types = Array.isArray(type)
      ? listOf(type).map(String)
      : [typeof type === 'string' ? type : 'anything'];
    return [types.map((name) => this.#named(name, schema)).join(' or '), ...limitsOf(schema)].join(', ');
  }

  #alternative(schema: Json, index: number): string {
    return hasFields(schema) ? `object #${index + 1}` : this.#type(schema);
  }

  #named(type: string, { items, prefixItems }: Keywords): string {
    if (type !== 'array') return type;
    if (prefixItems !== undefined)
      return `[${listOf(prefixItems)
        .map((item) => this.#type(item))
        .join(', ')}]`;
    return items === undefined ? 'array' : `array of ${hasFields(items) ? 'objects' : this.#type(items)}`;
  }
}

/** An object, or a list of them, that has rows of its own. */
const hasFields = (schema: Json | undefined): boolean =>
  isKeywords(schema) &&
  ['properties', '$ref', 'anyOf', 'oneOf', 'items'].some((keyword) => keyword in schema);

const LIMITS: Readonly<Record<string, string>> = {
  format: '',
  minLength: 'length ≥ ',
  maxLength: 'length ≤ ',
  minimum: '≥ ',
  exclusiveMinimum: '> ',
  maximum: '≤ ',
  exclusiveMaximum: '< ',
  multipleOf: 'multiple of ',
  minItems: 'items ≥ ',
  maxItems: 'items ≤ ',
  pattern: 'pattern ',
  'x-undecidable': 'and ',
};

/** Every integer is a safe one: not worth a word. */
const isTrivial = (value: string | number): boolean => Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER;

/** The pattern of a format is not worth reading. */
const limitsOf = ({ pattern, ...schema }: Keywords): readonly string[] =>
  limits('format' in schema || pattern === undefined ? schema : { ...schema, pattern });

const limits = (schema: Keywords): readonly string[] =>
  Object.entries(LIMITS).flatMap(([keyword, text]) => {
    const value = schema[keyword];
    if (typeof value !== 'string' && typeof value !== 'number') return [];
    return isTrivial(value) ? [] : [`${text}${value}`];
  });

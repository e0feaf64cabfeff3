import { textMatching } from './pattern-sample.js';

/** The keywords of a JSON Schema that a sample follows. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema | boolean;
  readonly prefixItems?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

const MAX_DEPTH = 8;

const FORMATS: Readonly<Record<string, string>> = {
  uuid: '00000000-0000-4000-8000-000000000000',
  email: 'a@example.com',
  uri: 'https://example.com',
  date: '2000-01-01',
  'date-time': '2000-01-01T00:00:00Z',
  time: '00:00:00',
  ipv4: '127.0.0.1',
  ipv6: '::1',
};

/**
 * Values of about the form that a schema wants, one for each of its alternatives: good enough for most of its checks to be
 * reached. They need not be valid: of a schema that is checked by code, the comparison of contracts has no sample.
 */
export const samplesOf = (schema: JsonSchema): readonly unknown[] => new Samples(schema).of(schema, []);

class Samples {
  readonly #root: JsonSchema;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  /** `path`: the schemas around it. None for one that contains itself again, and is left out where it may be. */
  of(schema: JsonSchema | boolean | null, path: readonly unknown[]): readonly unknown[] {
    // A converter may leave null of a field that every object inherits.
    if (schema === null || typeof schema === 'boolean') return [null];
    if (path.length > MAX_DEPTH || path.includes(schema)) return [];
    const inside = [...path, schema];
    if (schema.$ref !== undefined) return this.of(this.#target(schema.$ref), inside);
    if ('const' in schema) return [schema.const];
    if (schema.enum !== undefined) return schema.enum.slice(0, 1);
    const alternatives = schema.anyOf ?? schema.oneOf ?? schema.allOf;
    if (alternatives !== undefined) return alternatives.flatMap((each) => this.of(each, inside));
    return [schema.type ?? 'null'].flat().flatMap((type) => this.#ofType(type, schema, inside));
  }

  #target(reference: string): JsonSchema {
    if (reference === '#') return this.#root;
    const name = reference.replace('#/$defs/', '').replaceAll('~1', '/').replaceAll('~0', '~');
    return this.#root.$defs?.[name] ?? {};
  }

  #ofType(type: string, schema: JsonSchema, inside: readonly unknown[]): readonly unknown[] {
    switch (type) {
      case 'string':
        return [textOf(schema)];
      case 'number':
      case 'integer':
        return [numberOf(schema)];
      case 'boolean':
        return [true];
      case 'array':
        return this.#lists(schema, inside);
      case 'object':
        return this.#objects(schema, inside);
      default:
        return [null];
    }
  }

  #lists({ prefixItems = [], items }: JsonSchema, inside: readonly unknown[]): readonly unknown[] {
    const rest = items ?? prefixItems.length === 0;
    const listed = rest === false ? prefixItems : [...prefixItems, rest];
    const samples = listed.map((each) => this.of(each, inside));
    return combinations(samples.filter((each) => each.length > 0));
  }

  #objects(schema: JsonSchema, inside: readonly unknown[]): readonly unknown[] {
    const additional = this.#additionalFields(schema, inside);
    const fields = [...Object.entries(schema.properties ?? {}), ...patternFields(schema), ...additional]
      .map(([name, each]) => ({ name, samples: this.of(each, inside) }))
      .filter(({ samples }) => samples.length > 0);
    const objects = combinations(fields.map(({ samples }) => samples)).map((values) =>
      Object.fromEntries(fields.map(({ name }, index) => [name, values[index]])),
    );
    // A name is checked, whatever its value.
    const named = additional.map(([name]) => ({ ...objects[0], [name]: null }));
    return [...objects, ...named];
  }

  /** Some of those that are not named, where they have a schema: one for each form of a name. */
  #additionalFields(schema: JsonSchema, inside: readonly unknown[]): readonly [string, JsonSchema][] {
    const { additionalProperties, propertyNames = { const: 'key' } } = schema;
    if (typeof additionalProperties !== 'object') return [];
    return this.of(propertyNames, inside).map((name) => [String(name), additionalProperties]);
  }
}

const textOf = ({ format = '', pattern, minLength = 1 }: JsonSchema): string =>
  FORMATS[format] ?? textMatching(pattern) ?? 'a'.repeat(Math.min(minLength, 1_000));

const numberOf = ({ minimum = 0, exclusiveMinimum = -1 }: JsonSchema): number =>
  Math.max(minimum, exclusiveMinimum + 1);

/** The names are right where the pattern is a simple one: `^x_`. */
const patternFields = ({ patternProperties = {} }: JsonSchema): readonly [string, JsonSchema][] =>
  Object.entries(patternProperties).map(([pattern, each]) => [textMatching(pattern) ?? 'key', each]);

/** One with the first sample of each part, and for each further sample one more. */
const combinations = (samples: readonly (readonly unknown[])[]): readonly (readonly unknown[])[] => {
  const first = samples.map(([value]) => value);
  const others = samples.flatMap(([, ...values], index) =>
    values.map((value) => first.map((each, at) => (at === index ? value : each))),
  );
  return [first, ...others];
};

/** The keywords of a JSON Schema that a sample follows. */
export interface JsonSchema {
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

/** Recursive schemas have no end. */
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

const stringOf = ({ format = '', minLength = 1 }: JsonSchema): string =>
  FORMATS[format] ?? 'a'.repeat(Math.min(minLength, 1_000));

const numberOf = ({ minimum = 0, exclusiveMinimum = -1 }: JsonSchema): number =>
  Math.max(minimum, exclusiveMinimum + 1);

/**
 * Values of about the form that a schema wants, one for each of its alternatives: good enough for most of its checks to be
 * reached. They need not be valid: of a schema that is checked by code, the comparison of contracts has no sample.
 */
export const samplesOf = (schema: JsonSchema | boolean | null, depth = 0): readonly unknown[] => {
  // A converter may leave null of a field that every object inherits.
  if (depth > MAX_DEPTH || schema === null || typeof schema === 'boolean') return [null];
  if ('const' in schema) return [schema.const];
  if (schema.enum !== undefined) return schema.enum.slice(0, 1);
  const alternatives = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (alternatives !== undefined) return alternatives.flatMap((each) => samplesOf(each, depth + 1));
  return [schema.type ?? 'null'].flat().flatMap((type) => samplesOfType(type, schema, depth));
};

const samplesOfType = (type: string, schema: JsonSchema, depth: number): readonly unknown[] => {
  switch (type) {
    case 'string':
      return [stringOf(schema)];
    case 'number':
    case 'integer':
      return [numberOf(schema)];
    case 'boolean':
      return [true];
    case 'array':
      return combinations(
        (schema.prefixItems ?? [schema.items ?? {}]).map((each) => samplesOf(each, depth + 1)),
      );
    case 'object':
      return objectsOf(schema, depth);
    default:
      return [null];
  }
};

const objectsOf = (schema: JsonSchema, depth: number): readonly unknown[] => {
  const fields = [
    ...Object.entries(schema.properties ?? {}),
    ...patternFields(schema),
    ...additionalField(schema),
  ];
  const samples = fields.map(([, each]) => samplesOf(each, depth + 1));
  return combinations(samples).map((values) =>
    Object.fromEntries(fields.map(([name], index) => [name, values[index]])),
  );
};

/** The names are right where the pattern is a prefix: `^x_`. */
const patternFields = ({ patternProperties = {} }: JsonSchema): [string, JsonSchema][] =>
  Object.entries(patternProperties).map(([pattern, each]) => [pattern.replaceAll(/^\^|\$$/g, ''), each]);

/** One of those that are not named, where they have a schema. */
const additionalField = ({
  additionalProperties,
  propertyNames = {},
}: JsonSchema): [string, JsonSchema][] => {
  if (typeof additionalProperties !== 'object') return [];
  const [name] = samplesOf(propertyNames);
  return [[typeof name === 'string' ? name : 'key', additionalProperties]];
};

/** One with the first sample of each part, and for each further sample one more. */
const combinations = (samples: readonly (readonly unknown[])[]): readonly (readonly unknown[])[] => {
  const first = samples.map(([value]) => value);
  const others = samples.flatMap(([, ...values], index) =>
    values.map((value) => first.map((each, at) => (at === index ? value : each))),
  );
  return [first, ...others];
};

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
export const samplesOf = (schema: JsonSchema, depth = 0): readonly unknown[] => {
  if (depth > MAX_DEPTH) return [null];
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
      return [(schema.prefixItems ?? [schema.items ?? {}]).map((each) => samplesOf(each, depth + 1)[0])];
    case 'object':
      return objectsOf(schema, depth);
    default:
      return [null];
  }
};

/** One with the first sample of each property, and for each further sample one more. */
const objectsOf = ({ properties = {} }: JsonSchema, depth: number): readonly unknown[] => {
  const samples = Object.entries(properties).map(
    ([name, each]) => [name, samplesOf(each, depth + 1)] as const,
  );
  const first = Object.fromEntries(samples.map(([name, [value]]) => [name, value]));
  const others = samples.flatMap(([name, [, ...values]]) =>
    values.map((value) => ({ ...first, [name]: value })),
  );
  return [first, ...others];
};

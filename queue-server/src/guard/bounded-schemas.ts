import {
  UNDECIDABLE,
  type CallSchemas,
  type FailureSchema,
  type FailureSchemas,
  type JsonSchema,
} from '@typed-queue/contracts/compatibility';

/** Of the schemas in one answer, as JSON text. */
const MAX_SCHEMAS_LENGTH = 256 * 1024;
/** In place of a schema that has no room. */
export const TOO_LARGE: JsonSchema = { [UNDECIDABLE]: 'the schemas of the queue are too large to be sent' };

/** By event. */
export type Schemas = Readonly<Record<string, JsonSchema>>;

/** With schemas of data that are not too large for one answer beside the others. */
export const boundedFailures = (
  failures: FailureSchemas,
  change: (schema: JsonSchema) => JsonSchema,
): FailureSchemas => {
  const room = new Room();
  const fitting = ({ data, ...rest }: FailureSchema): FailureSchema => {
    if (data === undefined) return rest;
    const schema = change(data);
    return { ...rest, data: room.takes(schema) ? schema : TOO_LARGE };
  };
  return mapped(failures, (codes) => mapped(codes, fitting));
};

/** With schemas that are not too large for one answer beside the others. */
export const boundedCalls = (calls: CallSchemas, change: (schema: JsonSchema) => JsonSchema): CallSchemas => {
  const room = new Room();
  const fitting = (declared: JsonSchema): JsonSchema => {
    const schema = change(declared);
    return room.takes(schema) ? schema : TOO_LARGE;
  };
  return mapped(calls, ({ input, output, ...rest }) => ({
    ...rest,
    input: fitting(input),
    output: fitting(output),
  }));
};

/** The same names with other values. */
export const mapped = <T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T, name: string) => U,
): Readonly<Record<string, U>> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value, name)]));

/** Without those that are too large for one answer beside the others. */
export const bounded = (events: Schemas): Partial<Schemas> => {
  const room = new Room();
  return Object.fromEntries(Object.entries(events).filter(([, schema]) => room.takes(schema)));
};

/** For the schemas of one answer. */
class Room {
  #left = MAX_SCHEMAS_LENGTH;

  takes(schema: JsonSchema): boolean {
    const size = JSON.stringify(schema).length;
    if (size > this.#left) return false;
    this.#left -= size;
    return true;
  }
}

import {
  examplesOf,
  type EventFailureSchemas,
  type Json,
  type JsonSchema,
} from '@typed-queue/contracts/compatibility';

export const SCHEMA_FORMAT = 'application/schema+json;version=draft-2020-12';
/** AsyncAPI has no word for how a consumer or a responder may fail. */
export const FAILURES = 'x-failures';

export const record = (entries: readonly (readonly [string, Json])[]): Readonly<Record<string, Json>> =>
  Object.fromEntries(entries);

export const reference = (...keys: readonly string[]): Json => ({ $ref: `#/${keys.join('/')}` });

/** A message without its failures. `payload`: its schema, as the document has it. */
export const messageParts = (
  name: string,
  schema: JsonSchema,
  payload: Json,
): Readonly<Record<string, Json>> => {
  const described = typeof schema === 'object' && typeof schema.description === 'string';
  return {
    name,
    title: name,
    ...(described ? { description: schema.description } : {}),
    payload,
    examples: examplesOf(schema)
      .slice(0, 1)
      .map((example) => ({ payload: example })),
  };
};

/** `root`: the reference to what has these failures. */
export const failureParts = (failures: EventFailureSchemas, root: string): Json =>
  record(
    Object.entries(failures).map(([code, { retry, retryDelaysMs, data }]) => [
      code,
      {
        retry,
        ...(retryDelaysMs !== undefined && { retryDelaysMs: [...retryDelaysMs] }),
        ...(data !== undefined && { data: relocated(data, `${root}/${FAILURES}/${code}/data`) }),
      },
    ]),
  );

/** The references of a schema begin at its own root, which is deeper in the document. */
export const relocated = (part: Json, root: string): Json => {
  if (Array.isArray(part)) return part.map((member: Json) => relocated(member, root));
  if (typeof part !== 'object' || part === null) return part;
  return record(
    Object.entries(part).map(([name, member]: [string, Json]) => [
      name,
      name === '$ref' && typeof member === 'string' ? member.replace(/^#/, root) : relocated(member, root),
    ]),
  );
};

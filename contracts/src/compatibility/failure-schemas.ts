import type { QueueDefinition } from '../queue.js';
import type { JsonSchema } from './json.js';
import { jsonSchemaOf } from './schema/payload-schema.js';

type FailureDeclaration = NonNullable<QueueDefinition['failures']>[number];

/** A declared failure, as others than its own contract see it. */
export interface FailureSchema extends Pick<FailureDeclaration, 'retry' | 'retryDelaysMs'> {
  /** The JSON Schema of what comes with it. Absent: nothing does. */
  readonly data?: JsonSchema;
}

/** By code: the failures of an event. */
export type EventFailureSchemas = Readonly<Record<string, FailureSchema>>;

/** By event and code: the failures of a queue, of those events that declare some. */
export type FailureSchemas = Readonly<Record<string, EventFailureSchemas>>;

/** Reads what the events of a queue declare of their failures, with the schemas of their data as `schemasOf` has them. */
export const failureSchemasOf = async ({
  failures = [],
}: Pick<QueueDefinition, 'failures'>): Promise<FailureSchemas> => {
  const schemas = await Promise.all(
    failures.map(async ({ event, code, retry, retryDelaysMs, data }) => ({
      event,
      code,
      failure: {
        retry,
        ...(retryDelaysMs !== undefined && { retryDelaysMs }),
        ...(data !== undefined && { data: await jsonSchemaOf(data) }),
      },
    })),
  );
  const byEvent = new Map<string, Record<string, FailureSchema>>();
  for (const { event, code, failure } of schemas)
    byEvent.set(event, { ...byEvent.get(event), [code]: failure });
  return Object.fromEntries(byEvent);
};

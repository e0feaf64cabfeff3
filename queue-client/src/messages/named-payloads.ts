/** Loaded only for messages that do not match: converters to JSON Schema are large. */
import type { QueueDefinition } from '@typed-queue/contracts';
import { jsonSchemaOf, namedFields, type Json } from '@typed-queue/contracts/compatibility';

/** A payload without the fields that the schema of its event does not name. */
export type NamedPayload = (event: string, payload: unknown) => unknown;

export const namedPayloads = async ({ events }: QueueDefinition): Promise<NamedPayload> => {
  const named = new Map(
    await Promise.all(
      Object.entries(events).map(async ([event, schema]) => {
        return [event, namedFields(await jsonSchemaOf(schema))] as const;
      }),
    ),
  );
  // Safe: payloads come as JSON.
  return (event, payload) => named.get(event)?.(payload as Json) ?? payload;
};

import type { Json } from '@typed-queue/contracts/compatibility';
import {
  FAILURES,
  failureParts,
  messageParts,
  reference,
  relocated,
  SCHEMA_FORMAT,
} from './asyncapi-parts.js';
import type { CallPart, QueuePart } from './contract-schemas.js';

type Entry = readonly [string, Json];
type Queue = readonly [name: string, parts: ReadonlyMap<string, QueuePart>];

/** A channel for each call of a queue, with its input and its output. No queue has a dot in its name. */
export const callChannels = (queue: Queue): readonly Entry[] =>
  callsIn(queue).map(({ key, title, call }) => [
    key,
    {
      address: key,
      title,
      messages: { input: message(key, 'input', call), output: message(key, 'output', call) },
    },
  ]);

/** A request with a reply for each. */
export const callOperations = (queue: Queue): readonly Entry[] =>
  callsIn(queue).map(({ key, title, call: { answering, timeoutMs, failures } }) => [
    `${key}.call`,
    {
      action: 'receive',
      summary: title,
      channel: reference('channels', key),
      messages: [reference('channels', key, 'messages', 'input')],
      reply: {
        channel: reference('channels', key),
        messages: [reference('channels', key, 'messages', 'output')],
      },
      // AsyncAPI has no word for how many replies there are.
      'x-answering': { ...answering },
      'x-timeout-ms': timeoutMs,
      ...(Object.keys(failures).length > 0 && {
        [FAILURES]: failureParts(failures, `#/operations/${key}.call`),
      }),
    },
  ]);

const callsIn = ([queue, parts]: Queue) =>
  [...parts].flatMap(([name, call]) =>
    call.kind === 'call' ? [{ key: `${queue}.${name}`, title: `The call ${name} of ${queue}`, call }] : [],
  );

const message = (key: string, end: 'input' | 'output', call: CallPart): Json => {
  const schema = call[end];
  return messageParts(end, schema, {
    schemaFormat: SCHEMA_FORMAT,
    schema: relocated(schema, `#/channels/${key}/messages/${end}/payload/schema`),
  });
};

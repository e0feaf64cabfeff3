import {
  contract as systemContract,
  fingerprintOf,
  type AnyMessage,
  type Contract,
  type DatabaseMessage,
  type FilesMessage,
  type QueueDefinition,
} from '@typed-queue/contracts';
import { field } from '@typed-queue/program';
import type { Colors } from 'picocolors/types.js';
import { databaseContent, excerpt, failure, filesContent, type Content } from './event-fields.js';
import type { InvalidMessage, Layout } from './layout.js';
import { localTime } from '../measure.js';

/** Longer names push the rest of their line to the right. */
const MAX_WIDTH = 16;

type ContentOf = (message: AnyMessage, colors: Colors) => Content;

/** Of any other queue. */
const payloadContent: ContentOf = ({ payload }, { cyan }) => ({
  paint: cyan,
  fields: [excerpt(payload)],
});

// Safe: the client has checked the messages by the schemas from which these types are inferred.
const ownContents: readonly (readonly [QueueDefinition, ContentOf])[] = [
  [systemContract.files, (message, colors) => filesContent(message as FilesMessage, colors)],
  [systemContract.database, (message, colors) => databaseContent(message as DatabaseMessage, colors)],
];

/** By the definition of the queue: another contract may use the name of one of ours. */
const contentOf = (queue: QueueDefinition): ContentOf => {
  const fingerprint = fingerprintOf(queue);
  const own = ownContents.find(([ours]) => fingerprintOf(ours) === fingerprint);
  return fingerprint === null || own === undefined ? payloadContent : own[1];
};

const invalidContent = ({ message: { id, payload }, error }: InvalidMessage, { red }: Colors): Content => ({
  paint: red,
  fields: [`id ${field(id)}`, excerpt(payload), failure(error, red)],
});

const widthOf = (names: readonly string[]): number =>
  Math.min(MAX_WIDTH, Math.max(...names.map(({ length }) => length)));

/**
 * For people: local time, queue, seq, event in its colour, and what matters of it; of queues other than `files` and
 * `database` the payload. Long documents are cut.
 */
export const prettyLayout = (contract: Contract, colors: Colors): Layout => {
  const queues = Object.values(contract);
  const contents = new Map(queues.map((queue) => [queue.name, contentOf(queue)]));
  const queueWidth = widthOf(queues.map(({ name }) => name));
  const eventWidth = widthOf(queues.flatMap(({ events }) => Object.keys(events)));
  const lineOf = ({ time, queue, seq, event }: AnyMessage, { paint, fields }: Content): string => {
    const columns = [
      colors.dim(localTime(time)),
      queue.padEnd(queueWidth),
      colors.dim(`#${seq}`),
      paint(field(event).padEnd(eventWidth)),
      ...fields,
    ];
    return `${columns.join('  ')}\n`;
  };
  return {
    message: (message) => lineOf(message, (contents.get(message.queue) ?? payloadContent)(message, colors)),
    invalid: (invalid) => lineOf(invalid.message, invalidContent(invalid, colors)),
  };
};

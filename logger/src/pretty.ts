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
import { failure, MAX_DOCUMENT, type Content } from './content.js';
import { databaseContent } from './database-content.js';
import { excerpt } from './excerpt.js';
import { filesContent } from './files-content.js';
import type { InvalidMessage, Layout } from './layout.js';
import { localTime } from './measure.js';

/** Longer names push the rest of their line to the right. */
const MAX_WIDTH = 16;

type ContentOf = (message: AnyMessage, colors: Colors) => Content;

/** Of any queue: as much of the payload as fits. */
const payloadContent: ContentOf = ({ payload }, { cyan }) => ({
  paint: cyan,
  fields: [excerpt(payload, MAX_DOCUMENT)],
});

// Safe: a client has checked the messages of these queues by the very schemas that the types are inferred from.
const ownContents: readonly (readonly [QueueDefinition, ContentOf])[] = [
  [systemContract.files, (message, colors) => filesContent(message as FilesMessage, colors)],
  [systemContract.database, (message, colors) => databaseContent(message as DatabaseMessage, colors)],
];

/** Told by its definition: somebody else's queue may have the name of one of ours. */
const contentOf = (queue: QueueDefinition): ContentOf => {
  const fingerprint = fingerprintOf(queue);
  const own = ownContents.find(([ours]) => fingerprintOf(ours) === fingerprint);
  return fingerprint === null || own === undefined ? payloadContent : own[1];
};

const invalidContent = ({ message: { id, payload }, error }: InvalidMessage, { red }: Colors): Content => ({
  paint: red,
  fields: [`id ${field(id)}`, excerpt(payload, MAX_DOCUMENT), failure(error, red)],
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

import type { AnyMessage } from '@typed-queue/contracts';
import { field } from '@typed-queue/contracts/program';
import type { Colors } from 'picocolors/types.js';
import { match } from 'ts-pattern';
import { failure, MAX_DOCUMENT, type Content } from './content.js';
import { databaseContent } from './database-content.js';
import { excerpt } from './excerpt.js';
import { filesContent } from './files-content.js';
import type { InvalidMessage, Layout, LoggedMessage } from './layout.js';
import { localTime } from './measure.js';

const QUEUE_WIDTH = 'database'.length;
const EVENT_WIDTH = 'create'.length;

const contentOf = (message: LoggedMessage, colors: Colors): Content =>
  match(message)
    .with({ queue: 'files' }, (each) => filesContent(each, colors))
    .with({ queue: 'database' }, (each) => databaseContent(each, colors))
    .exhaustive();

const invalidContent = ({ message: { id, payload }, error }: InvalidMessage, { red }: Colors): Content => ({
  paint: red,
  fields: [`id ${field(id)}`, excerpt(payload, MAX_DOCUMENT), failure(error, red)],
});

const lineOf = (
  { time, queue, seq, event }: Pick<AnyMessage, 'time' | 'queue' | 'seq' | 'event'>,
  { paint, fields }: Content,
  { dim }: Colors,
): string => {
  const columns = [
    dim(localTime(time)),
    queue.padEnd(QUEUE_WIDTH),
    dim(`#${seq}`),
    paint(field(event).padEnd(EVENT_WIDTH)),
    ...fields,
  ];
  return `${columns.join('  ')}\n`;
};

/** For people: local time, queue, seq, event in its colour, and what matters of it. Long documents are cut. */
export const prettyLayout = (colors: Colors): Layout => ({
  message: (message) => lineOf(message, contentOf(message, colors), colors),
  invalid: (invalid) => lineOf(invalid.message, invalidContent(invalid, colors), colors),
});

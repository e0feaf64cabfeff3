import type { Colors } from 'picocolors/types.js';
import { match } from 'ts-pattern';
import { databaseContent } from './database-content.js';
import { filesContent } from './files-content.js';
import type { Layout } from './layout.js';
import { localTime } from './measure.js';

const QUEUE_WIDTH = 'database'.length;
const EVENT_WIDTH = 'create'.length;

/** For people: local time, queue, seq, event in its colour, and what matters of it. Long documents are cut. */
export const prettyLayout =
  (colors: Colors): Layout =>
  (message) => {
    const { paint, fields } = match(message)
      .with({ queue: 'files' }, (each) => filesContent(each, colors))
      .with({ queue: 'database' }, (each) => databaseContent(each, colors))
      .exhaustive();
    const columns = [
      colors.dim(localTime(message.time)),
      message.queue.padEnd(QUEUE_WIDTH),
      colors.dim(`#${message.seq}`),
      paint(message.event.padEnd(EVENT_WIDTH)),
      ...fields,
    ];
    return `${columns.join('  ')}\n`;
  };

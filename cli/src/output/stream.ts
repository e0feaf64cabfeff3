import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Output } from '../machine.js';

/** Aborts when what reads the stream is gone; other errors of the stream, too, leave nobody to write to. */
export const closedSignal = (stream: Writable): AbortSignal => {
  const closed = new AbortController();
  stream.on('error', () => closed.abort());
  return closed.signal;
};

/** A stream of the process. */
export const outputOf = (stream: Writable & { readonly isTTY?: boolean }): Output => ({
  write: (text) => stream.write(text),
  isTerminal: stream.isTTY === true,
  // Rejects when the stream fails: there is nothing to wait for then.
  ready: () => (stream.writableNeedDrain ? once(stream, 'drain').catch(() => undefined) : undefined),
});

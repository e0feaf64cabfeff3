import { codeOf, messageOf } from '@typed-queue/program';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { CommandError, EXIT } from '../exit-code.js';
import type { Output } from '../machine.js';

interface StandardStream extends Writable {
  readonly fd: number;
  readonly isTTY?: boolean;
}

/** A standard stream of the process. */
export interface StandardOutput {
  readonly output: Output;
  /** Aborts when no more can be written: with a CommandError, unless only the reader is gone. */
  readonly closed: AbortSignal;
}

export const standardOutput = (stream: StandardStream, name: string): StandardOutput => {
  const closed = new AbortController();
  const onError = (error: unknown): void =>
    closed.abort(
      codeOf(error) === 'EPIPE'
        ? undefined
        : new CommandError(EXIT.output, `${name} cannot be written: ${messageOf(error)}`, { cause: error }),
    );
  stream.on('error', onError);
  const output =
    stream instanceof Socket ? streamOutput(stream) : fileOutput(stream.fd, onError, closed.signal);
  return { output, closed: closed.signal };
};

/** A terminal or a pipe. */
const streamOutput = (stream: Socket & { readonly isTTY?: boolean }): Output => ({
  write: (text) => stream.write(text),
  isTerminal: stream.isTTY === true,
  // Rejects when the stream fails: there is nothing to wait for then.
  ready: () => (stream.writableNeedDrain ? once(stream, 'drain').catch(() => undefined) : undefined),
});

/** A file or a device. Not by its stream, which writes as much as fits on a full disk and reports no error. */
const fileOutput = (fd: number, onError: (error: unknown) => void, closed: AbortSignal): Output => ({
  write: (text) => {
    if (closed.aborted) return;
    try {
      writeAll(fd, typeof text === 'string' ? Buffer.from(text) : text);
    } catch (error) {
      onError(error);
    }
  },
});

const writeAll = (fd: number, bytes: Uint8Array): void => {
  for (let written = 0; written < bytes.byteLength;) written += writeSync(fd, bytes, written);
};

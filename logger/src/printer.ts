import type { Writable } from 'node:stream';

/** Resolves when the stream took the line, so that whoever waits for it is held back by a slow reader. */
export type Print = (line: string) => Promise<void>;

/** @throws what the stream failed with, such as `EPIPE` when its reader is gone. */
export const printerTo =
  (stream: Writable): Print =>
  (line) =>
    new Promise((resolve, reject) => {
      stream.write(line, (error) => (error ? reject(error) : resolve()));
    });

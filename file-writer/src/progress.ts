import type { Writable } from 'node:stream';
import { printable } from '@typed-queue/program';
import type { Colors } from 'picocolors/types.js';

/** Shows the progress of the work. */
export interface Progress {
  /** The work begins, with the bytes of all files. */
  start(totalBytes: number): void;
  /** A file begins; the one before counts as done. */
  begin(path: string, bytes: number): void;
  /** More bytes of the file have been read. */
  advance(bytes: number): void;
  /** Clears the line, before anything else is written. */
  hide(): void;
}

const ignore = (): void => undefined;
export const SILENT: Progress = { start: ignore, begin: ignore, advance: ignore, hide: ignore };

/** Milliseconds: shorter work shows nothing. */
const PATIENCE_MS = 500;
const REDRAW_MS = 100;
const BAR_WIDTH = 24;

const CLEAR = '\r\u001b[K';
/** Line wrapping off and on: a wrapped line could not be cleared. */
const [CUT, WRAP] = ['\u001b[?7l', '\u001b[?7h'];

const sizeOf = (bytes: number): string =>
  bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;

const barOf = (share: number): string => '█'.repeat(Math.floor(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '░');

class ProgressLine implements Progress {
  readonly #terminal: Writable;
  readonly #colors: Colors;
  readonly #now: () => number;
  #total = 0;
  /** Bytes of the files before this one. */
  #done = 0;
  /** Bytes that were read, for the rate: of a file that failed, less than its size. */
  #read = 0;
  #file = { path: '', bytes: 0, read: 0 };
  #startedAt = 0;
  #drawnAt = -Infinity;
  #shown = false;

  constructor(terminal: Writable, colors: Colors, now: () => number) {
    this.#terminal = terminal;
    this.#colors = colors;
    this.#now = now;
  }

  start(totalBytes: number): void {
    this.#total = totalBytes;
    this.#startedAt = this.#now();
  }

  begin(path: string, bytes: number): void {
    this.#done += this.#file.bytes;
    this.#file = { path, bytes, read: 0 };
  }

  advance(bytes: number): void {
    this.#read += bytes;
    this.#file.read += bytes;
    const now = this.#now();
    if (now - this.#startedAt < PATIENCE_MS || now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.#shown = true;
    this.#terminal.write(`${CLEAR}${CUT}${this.#line(now - this.#startedAt)}${WRAP}`);
  }

  hide(): void {
    if (this.#shown) this.#terminal.write(CLEAR);
    this.#shown = false;
  }

  #line(elapsedMs: number): string {
    // A file may grow while it is read.
    const done = this.#done + Math.min(this.#file.read, this.#file.bytes);
    const share = this.#total === 0 ? 1 : done / this.#total;
    const measured = `${Math.floor(share * 100)}%  ${sizeOf(done)} of ${sizeOf(this.#total)}`;
    const rate = `${sizeOf((this.#read / elapsedMs) * 1_000)}/s`;
    return `${this.#colors.cyan(barOf(share))} ${measured}  ${rate}  ${printable(this.#file.path)}`;
  }
}

/**
 * One line at the foot of a terminal, once the work takes longer than half a second; nothing where there is no
 * terminal, or one that knows no control sequences (`TERM=dumb`).
 */
export const progressOn = (
  stderr: Writable & { readonly isTTY?: boolean },
  { TERM }: { readonly TERM?: string | undefined },
  colors: Colors,
  now: () => number,
): Progress => (stderr.isTTY === true && TERM !== 'dumb' ? new ProgressLine(stderr, colors, now) : SILENT);

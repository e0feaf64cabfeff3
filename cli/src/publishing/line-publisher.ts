import { QueueError, type ErrorCode, type Receipt } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';
import type { Line } from './line-reader.js';
import { parsePayload } from './payload.js';

/** A line that is not stored, and why. */
export interface BadLine {
  readonly line: number;
  readonly code: ErrorCode;
  readonly message: string;
}

/** What became of the lines so far. */
export interface Progress {
  readonly stored: number;
  /** Of the stored ones: how many were stored before. */
  readonly duplicates: number;
  readonly refused: number;
  /** Sent, and not answered before the end: they may be stored. */
  readonly unknown: number;
  /** Read, and not stored. */
  readonly unsent: number;
  /** Of all lines that are finished. */
  readonly bytes: number;
}

/** The most that waits for receipts: enough to keep the server busy. */
const MAX_PENDING = 16_384;
const MAX_PENDING_BYTES = 8 * 1024 * 1024;

/** Errors of one message: with any other, no later one can succeed. */
const OF_ONE_MESSAGE: readonly ErrorCode[] = [
  'payload_invalid',
  'schema_changes_value',
  'message_invalid',
  'message_too_large',
];

interface LinePublisherDeps {
  /** Publishes one payload. @throws QueueError, or rejects with it */
  readonly publish: (payload: unknown) => Promise<Receipt>;
  readonly onBad: (bad: BadLine) => void;
  /** Called once: no more can be published. */
  readonly onFailure: () => void;
  readonly onProgress: () => void;
}

/** Publishes lines of JSON, not faster than the server stores them. */
export class LinePublisher {
  readonly #deps: LinePublisherDeps;
  #stored = 0;
  #duplicates = 0;
  #refused = 0;
  #unknown = 0;
  #unsent = 0;
  #bytes = 0;
  #pending = 0;
  #pendingBytes = 0;
  #failure: QueueError | undefined;
  #wake: () => void = () => undefined;

  constructor(deps: LinePublisherDeps) {
    this.#deps = deps;
  }

  get progress(): Progress {
    return {
      stored: this.#stored,
      duplicates: this.#duplicates,
      refused: this.#refused,
      unknown: this.#unknown,
      unsent: this.#unsent,
      bytes: this.#bytes,
    };
  }

  /** Why no more can be published. */
  get failure(): QueueError | undefined {
    return this.#failure;
  }

  /** How many wait for their receipts. */
  get pending(): number {
    return this.#pending;
  }

  get isFull(): boolean {
    return this.#pending >= MAX_PENDING || this.#pendingBytes >= MAX_PENDING_BYTES;
  }

  /** Publishes a line, unless it is empty. */
  add(line: Line): void {
    const { text, bytes } = line;
    if (typeof text === 'string' && text.trim() === '') return;
    let receipt: Promise<Receipt>;
    try {
      receipt = this.#deps.publish(payloadOf(text));
    } catch (error) {
      this.#failed(line, error);
      this.#bytes += bytes;
      return;
    }
    this.#pending++;
    this.#pendingBytes += bytes;
    receipt.then(
      ({ duplicate }) => {
        this.#stored++;
        if (duplicate) this.#duplicates++;
        this.#settled(bytes);
      },
      (error: unknown) => {
        this.#failed(line, error);
        this.#settled(bytes);
      },
    );
  }

  /** Resolves when half of what may wait has its receipt. */
  async room(): Promise<void> {
    await this.#until(() => this.#pending <= MAX_PENDING / 2 && this.#pendingBytes <= MAX_PENDING_BYTES / 2);
  }

  /** Resolves when every line has its receipt, or was refused. */
  async empty(): Promise<void> {
    await this.#until(() => this.#pending === 0);
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #failed({ number }: Line, error: unknown): void {
    const failure = error instanceof QueueError ? error : new QueueError('internal', messageOf(error));
    const { code, message } = failure;
    if (OF_ONE_MESSAGE.includes(code)) {
      this.#refused++;
      this.#deps.onBad({ line: number, code, message });
      return;
    }
    if (code === 'outcome_unknown') this.#unknown++;
    else this.#unsent++;
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#deps.onFailure();
  }

  #settled(bytes: number): void {
    this.#pending--;
    this.#pendingBytes -= bytes;
    this.#bytes += bytes;
    this.#wake();
    this.#deps.onProgress();
  }
}

/** @throws QueueError when it is no payload */
const payloadOf = (text: Line['text']): unknown => {
  if (text instanceof QueueError) throw text;
  return parsePayload(text);
};

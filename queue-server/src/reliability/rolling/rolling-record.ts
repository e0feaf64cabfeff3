import type { RollingQueue } from './rolling-contract.js';

/** Something that a client got. */
export interface Moment {
  readonly queue: RollingQueue;
  /** The number of the server that the client is connected to. */
  readonly server: number;
  /** By a clock that all clients share. */
  readonly at: number;
}

/** A message of a queue, which has a number of its own. */
export interface Receipted extends Moment {
  readonly number: number;
}

/** One call of a handler. */
export interface Handling extends Receipted {
  readonly group: string;
  readonly seq: number;
  readonly key: string;
  readonly attempt: number;
  /** Its lease was lost before it ended. */
  isCut: boolean;
}

/** What clients saw. */
export class RollingRecord {
  readonly receipts: Receipted[] = [];
  readonly handlings: Handling[] = [];
  /** What no code of a publisher may see. */
  readonly errors = new Map<string, number>();
  /** What no caller may see, but for `cutCalls`. */
  readonly callErrors = new Map<string, number>();
  /** Calls that are not durable, whose connection or responder was lost before their answer. */
  cutCalls = 0;
  sent = 0;
  /** Calls that were answered. */
  answers = 0;

  failed(errors: Map<string, number>, error: unknown): void {
    const text = String(error);
    errors.set(text, (errors.get(text) ?? 0) + 1);
  }
}

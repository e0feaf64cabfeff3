import type { Target } from '../server-process.js';

/** What an attack reports while it runs. */
export interface Log {
  /** Counts something that was done or came back. */
  count(what: string, times?: number): void;
  /** The server did what it must not do, apart from memory, time and other clients, which are measured. */
  violation(what: string): void;
}

/** Something that a careless or hostile client can do. It is bounded, and ends by itself. */
export interface Attack {
  readonly name: string;
  /** Plays it; all its connections are closed when it resolves. */
  readonly run: (target: Target, log: Log) => Promise<void>;
}

/** The outcome of a request as a word to count by. */
export const outcomeOf = (
  result: { ok: true } | { ok: false; error: { code: string } } | undefined,
): string => {
  if (result === undefined) return 'without an answer';
  return result.ok ? 'granted' : `refused: ${result.error.code}`;
};

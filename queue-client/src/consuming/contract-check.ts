import {
  fingerprintOf,
  findIssues,
  type AnyMessage,
  type Issue,
  type PayloadSchema,
  type QueueDefinition,
} from '@typed-queue/contracts';
import type { ServedContract } from '@typed-queue/contracts/wire';
import type { AnyHandler } from './handler.js';

const MAX_ISSUES_TOLD = 3;

/** Why a message does not match: which of the contracts is the older one, as far as it is known. */
export type MismatchCause = 'event unknown' | 'earlier contract' | 'contracts differ';

const advice: Record<MismatchCause, string> = {
  'event unknown':
    'This client has an older contract than the publisher: build it with the contract that has this event.',
  'earlier contract':
    'It was stored under an earlier contract of the queue: let the schema accept what that one allowed.',
  'contracts differ':
    'The server has another contract of this queue. If that one is newer, build this client with it; ' +
    'if it is older, let the schema here accept what it allowed.',
};

/** A message that does not match the contract of this client: no handler can take it. */
export class ContractMismatch extends Error {
  override readonly name = 'ContractMismatch';
  readonly issues: readonly Issue[];
  /** What to do. */
  readonly advice: string;

  constructor(issues: readonly Issue[], cause: MismatchCause) {
    const told = issues.slice(0, MAX_ISSUES_TOLD);
    super(told.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; '));
    this.issues = issues;
    this.advice = advice[cause];
  }
}

/**
 * Validates messages that the server may have taken by another definition of the queue than this client's: all
 * while the two differ or nobody can tell, else only those that were stored before the server had this one.
 */
export class ContractCheck {
  readonly #queue: QueueDefinition;
  readonly #fingerprint: string | null;
  #since = Infinity;

  constructor(queue: QueueDefinition) {
    this.#queue = queue;
    this.#fingerprint = fingerprintOf(queue);
  }

  /** Another server may answer: until it says what it serves by, everything is validated. */
  offline(): void {
    this.#since = Infinity;
  }

  served({ fingerprint, since }: ServedContract): void {
    this.#since = fingerprint !== null && fingerprint === this.#fingerprint ? since : Infinity;
  }

  /** The handler, for messages that match; for others it throws a ContractMismatch. */
  before(handle: AnyHandler): AnyHandler {
    return (message, context) => {
      const mismatch = this.mismatchOf(message);
      if (mismatch !== undefined) throw mismatch;
      return handle(message, context);
    };
  }

  /** What is wrong with a message; undefined: it matches, or the server validated it by the same definition. */
  mismatchOf(message: AnyMessage): ContractMismatch | undefined {
    if (message.seq >= this.#since) return undefined;
    const { event, payload } = message;
    const { events } = this.#queue;
    const schema = Object.hasOwn(events, event) ? events[event] : undefined;
    if (schema === undefined) {
      return new ContractMismatch([{ path: '', message: `no event "${event}"` }], 'event unknown');
    }
    const issues = issuesOf(schema, payload);
    // Where the contracts are the same, only what was stored before is validated.
    const cause = this.#since === Infinity ? 'contracts differ' : 'earlier contract';
    return issues && new ContractMismatch(issues, cause);
  }
}

const issuesOf = (schema: PayloadSchema, payload: unknown): readonly Issue[] | undefined => {
  try {
    return findIssues(schema, payload);
  } catch (error) {
    // It would fail in the same way at every attempt.
    return [{ path: '', message: error instanceof Error ? error.message : 'its schema failed' }];
  }
};

import {
  fingerprintOf,
  findIssues,
  type AnyMessage,
  type Issue,
  type PayloadSchema,
  type QueueDefinition,
} from '@typed-queue/contracts';
import type { ServedContract } from '@typed-queue/contracts/wire';

const MAX_ISSUES_SHOWN = 3;

/** Why a message does not match: which contract is the older one, if that is known. */
type MismatchCause = 'event unknown' | 'earlier contract' | 'contracts differ';

const advice: Record<MismatchCause, string> = {
  'event unknown':
    'This client has an older contract than the publisher: build it with the contract that has this event.',
  'earlier contract':
    'It was stored under an earlier contract of the queue: let the schema accept what that one allowed.',
  'contracts differ':
    'The server has another contract of this queue. If that one is newer, build this client with it; ' +
    'if it is older, let the schema here accept what it allowed.',
};

export const issuesText = (issues: readonly Issue[]): string =>
  issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');

/** Thrown in place of the handler for a message that does not match the contract of this client. */
export class ContractMismatch extends Error {
  override readonly name = 'ContractMismatch';
  readonly issues: readonly Issue[];
  /** What to do. */
  readonly advice: string;

  constructor(issues: readonly Issue[], cause: MismatchCause) {
    super(issuesText(issues.slice(0, MAX_ISSUES_SHOWN)));
    this.issues = issues;
    this.advice = advice[cause];
  }
}

/**
 * Validates messages that the server may have accepted by another definition of the queue: all of them while the
 * definitions differ or cannot be compared, otherwise those stored before the server had the present one.
 */
export class ContractCheck {
  readonly #queue: QueueDefinition;
  readonly #fingerprint: string | null;
  /** The server validated messages from this seq on by the same definition. */
  #since = Infinity;

  constructor(queue: QueueDefinition) {
    this.#queue = queue;
    this.#fingerprint = fingerprintOf(queue);
  }

  /** The next server may have another contract. */
  offline(): void {
    this.#since = Infinity;
  }

  served({ fingerprint, since }: ServedContract): void {
    this.#since = fingerprint !== null && fingerprint === this.#fingerprint ? since : Infinity;
  }

  /** @throws ContractMismatch */
  assertMatches(message: AnyMessage): void {
    const mismatch = this.mismatchOf(message);
    if (mismatch !== undefined) throw mismatch;
  }

  /** Undefined: it matches, or the server validated it by the same definition. */
  mismatchOf(message: AnyMessage): ContractMismatch | undefined {
    if (message.seq >= this.#since) return undefined;
    const { event, payload } = message;
    const { events } = this.#queue;
    const schema = Object.hasOwn(events, event) ? events[event] : undefined;
    if (schema === undefined) {
      return new ContractMismatch([{ path: '', message: `no event "${event}"` }], 'event unknown');
    }
    const issues = issuesOf(schema, payload);
    const cause = this.#since === Infinity ? 'contracts differ' : 'earlier contract';
    return issues && new ContractMismatch(issues, cause);
  }
}

const issuesOf = (schema: PayloadSchema, payload: unknown): readonly Issue[] | undefined => {
  try {
    return findIssues(schema, payload);
  } catch (error) {
    return [{ path: '', message: error instanceof Error ? error.message : 'its schema failed' }];
  }
};

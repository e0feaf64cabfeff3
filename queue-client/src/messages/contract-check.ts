import { fingerprintOf, type AnyMessage, type Issue, type QueueDefinition } from '@typed-queue/contracts';
import type { ServedContract } from '@typed-queue/contracts/wire';
import { issuesOf } from './issues.js';
import type { PayloadReader } from './payload-reader.js';

const MAX_ISSUES_SHOWN = 3;

/** Why a message does not match: which contract is the older one, if that is known. */
type MismatchCause = 'event unknown' | 'earlier contract' | 'contracts differ';

const advice: Record<MismatchCause, string> = {
  'event unknown': 'This client has an older contract than the publisher: build it with that.',
  'earlier contract': 'An earlier contract stored it: let the schema accept it, or declare its version.',
  'contracts differ':
    'The server has another contract: build with that, let the schema accept it, or declare its version.',
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

/** A message as this client's contract has it. */
export type Reading =
  | { readonly kind: 'message'; readonly message: AnyMessage }
  | { readonly kind: 'mismatch'; readonly mismatch: ContractMismatch }
  /** It cannot be said before this resolves: read it again then. */
  | { readonly kind: 'loading'; readonly loaded: Promise<void> };

/**
 * Reads messages that the server may have accepted by another definition of the queue: all of them while the
 * definitions differ or cannot be compared, otherwise those stored before the server had the present one. A payload must
 * match the schema of its event, or an earlier version, or the schema without the fields that it does not name.
 */
export class ContractCheck {
  readonly #queue: QueueDefinition;
  readonly #fingerprint: string | null;
  /** The server validated messages from this seq on by the same definition. */
  #since = Infinity;
  /** Of payloads that do not match. `failed`: it could not be loaded. */
  #reader: PayloadReader | 'failed' | undefined;
  #loading: Promise<void> | undefined;

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

  /** Whether the server validated it by the definition of this client. */
  isValidated({ seq }: AnyMessage): boolean {
    return seq >= this.#since;
  }

  read(message: AnyMessage): Reading {
    if (this.isValidated(message)) return { kind: 'message', message };
    const { event, payload } = message;
    const { events } = this.#queue;
    const schema = Object.hasOwn(events, event) ? events[event] : undefined;
    if (schema === undefined) {
      return mismatch([{ path: '', message: `no event "${event}"` }], 'event unknown');
    }
    const issues = issuesOf(schema, payload);
    if (issues === undefined) return { kind: 'message', message };
    const cause = this.#since === Infinity ? 'contracts differ' : 'earlier contract';
    const mayBeRead = isObject(payload) || this.#queue.versions?.[event] !== undefined;
    if (!mayBeRead || this.#reader === 'failed') return mismatch(issues, cause);
    if (this.#reader === undefined) return { kind: 'loading', loaded: (this.#loading ??= this.#load()) };
    const read = this.#reader.read(event, payload);
    if (read.kind === 'payload') return { kind: 'message', message: { ...message, payload: read.payload } };
    return mismatch(read.kind === 'wrong' ? read.issues : issues, cause);
  }

  async #load(): Promise<void> {
    try {
      const { PayloadReader } = await import('./payload-reader.js');
      this.#reader = await PayloadReader.open(this.#queue);
    } catch {
      this.#reader = 'failed';
    }
  }
}

/** Only objects have fields that a schema may not name; an array may contain some. */
const isObject = (payload: unknown): boolean => typeof payload === 'object' && payload !== null;

const mismatch = (issues: readonly Issue[], cause: MismatchCause): Reading => ({
  kind: 'mismatch',
  mismatch: new ContractMismatch(issues, cause),
});

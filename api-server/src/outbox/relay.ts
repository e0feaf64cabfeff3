import {
  ApiError,
  type ApiErrorCode,
  type PayloadOfEach,
  type Position,
  type Receipt,
  type SystemContract,
} from '@typed-queue/contracts';
import type { Entry } from './entry.js';
import type { Handover } from './handover.js';
import type { Outbox } from './outbox.js';
import { recover, type RecoveryDeps, type RelayQueue } from './recovery.js';
import type { Sleep } from './sleep.js';

export interface RelayDeps extends RecoveryDeps {
  readonly queue: RelayQueue;
  readonly outbox: RecoveryDeps['outbox'] & Pick<Outbox, 'next' | 'inOrder' | 'park'>;
  /** What this process commits. */
  readonly handover: Pick<Handover, 'take' | 'forget'>;
  /** Woken when there is something to publish. */
  readonly idle: Sleep;
  /** Never woken. */
  readonly gathering: Sleep;
  /** Between two reads of the outbox for the entries of other processes, in milliseconds. */
  readonly pollMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a monotonic clock. */
  readonly elapsed: () => number;
  /** Throws when another process may relay by now. */
  readonly assertHeld: () => void;
  /** Both servers answer, and what was published before is removed. */
  readonly onRecovered: () => void;
  readonly onParked: (entry: Entry, error: ApiError) => void;
  readonly onPublished: (events: number) => void;
}

/** How long entries gather after a batch, in milliseconds: a batch costs the same for one as for many. */
const GATHER_MS = 25;
/** A batch of this many entries is followed by the next at once. */
const FULL_BATCH = 100;
/** How long published entries may stay in the outbox, in milliseconds, and how many: they are removed together. */
const REMOVE_MS = 100;
const REMOVE_COUNT = 100;

/** Errors of the message itself; all others are of the server, and may pass. */
const PERMANENT: readonly ApiErrorCode[] = [
  'payload_invalid',
  'message_invalid',
  'message_too_large',
  'frame_too_large',
  'event_unknown',
];

type Answer =
  | { readonly kind: 'stored'; readonly entry: Entry; readonly receipt: Receipt }
  | { readonly kind: 'refused'; readonly entry: Entry; readonly error: ApiError }
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * Publishes what is in the outbox, over one client, until the signal aborts. Rejects with the first failure; when this
 * client is closed, another run may continue with another client.
 *
 * Later changes of a document are published although an earlier one was refused permanently: an event holds the whole
 * document, and an event that needs a person must not block all that follow.
 */
export const runRelay = async (deps: RelayDeps): Promise<void> => {
  const end = await recover(deps);
  deps.onRecovered();
  await new Relay(deps, end).run();
};

/**
 * Publishes what this process hands over, and reads the outbox only for what others have committed. Published entries
 * stay there for a moment: recovery knows where in the queue to look for them.
 */
class Relay {
  readonly #deps: RelayDeps;
  /** Where the queue ends, at least. */
  #end: Position;
  /** Entries that are published, and still in the outbox. */
  #published: string[] = [];
  #removeAt = Infinity;
  #readAt = -Infinity;
  /**
   * Entries found in the outbox since the last read: one whose commit is answered later is handed over as well. Of one
   * that is answered after the next read, the queue knows the id.
   */
  #found = new Set<string>();

  constructor(deps: RelayDeps, end: Position) {
    this.#deps = deps;
    this.#end = end;
  }

  async run(): Promise<void> {
    const { idle, gathering, elapsed, signal } = this.#deps;
    while (!signal.aborted) {
      const batch = await this.#next();
      if (batch.length > 0) await this.#publish(batch);
      if (this.#published.length >= REMOVE_COUNT || this.#removeAt <= elapsed()) await this.#remove();
      if (batch.length === 0) await idle.for(Math.min(this.#readAt, this.#removeAt) - elapsed(), signal);
      else if (batch.length < FULL_BATCH) await gathering.for(GATHER_MS, signal);
    }
    await this.#remove();
  }

  async #next(): Promise<readonly Entry[]> {
    const { outbox, handover, elapsed, pollMs } = this.#deps;
    if (this.#readAt <= elapsed()) handover.forget();
    const handed = handover.take()?.filter(({ _id }) => !this.#found.has(_id));
    // New documents have no earlier changes.
    if (handed?.every(({ revision }) => revision === 1)) return handed;
    // Nothing of what is found next was published then.
    await this.#remove();
    const { entries, isAll } = await (handed === undefined ? outbox.next() : outbox.inOrder(handed));
    if (handed === undefined) {
      this.#found = new Set();
      this.#readAt = elapsed() + pollMs;
    }
    if (!isAll) this.#readAt = -Infinity;
    for (const { _id } of entries) this.#found.add(_id);
    return entries;
  }

  async #publish(batch: readonly Entry[]): Promise<void> {
    this.#deps.assertHeld();
    const answers = await Promise.all(batch.map((entry) => publish(this.#deps.queue, entry)));
    this.#deps.onPublished(answers.filter(({ kind }) => kind === 'stored').length);
    for (const answer of answers) {
      if (answer.kind === 'stored') this.#stored(answer.entry, answer.receipt);
      if (answer.kind === 'refused') await park(this.#deps, answer.entry, answer.error);
    }
    for (const answer of answers) if (answer.kind === 'failed') throw answer.error;
  }

  #stored({ _id }: Entry, receipt: Receipt): void {
    if (this.#published.length === 0) this.#removeAt = this.#deps.elapsed() + REMOVE_MS;
    this.#published.push(_id);
    this.#end = endAfter(this.#end, receipt);
  }

  /** Called when nothing is on its way to the queue: all that follows is published after `#end`. */
  async #remove(): Promise<void> {
    if (this.#published.length === 0) return;
    const { outbox, lease } = this.#deps;
    await outbox.remove(this.#published);
    this.#published = [];
    this.#removeAt = Infinity;
    lease.advance(this.#end);
  }
}

const publish = async (queue: RelayQueue, entry: Entry): Promise<Answer> => {
  const { _id: id, event, headers } = entry;
  // Safe: `newEntry` has checked it by the schema of its event.
  const payload = JSON.parse(entry.payload) as PayloadOfEach<SystemContract, 'database', Entry['event']>;
  try {
    const receipt = await queue.publish('database', event, payload, { id, headers });
    return { kind: 'stored', entry, receipt };
  } catch (error) {
    return error instanceof ApiError && PERMANENT.includes(error.code)
      ? { kind: 'refused', entry, error }
      : { kind: 'failed', error };
  }
};

const park = async ({ outbox, now, onParked }: RelayDeps, entry: Entry, error: ApiError): Promise<void> => {
  await outbox.park(entry._id, { code: error.code, message: error.message, at: new Date(now()) });
  onParked(entry, error);
};

/** A log with another epoch begins at 1. */
const endAfter = (position: Position, { epoch, seq }: Receipt): Position =>
  position.epoch === epoch ? { epoch, seq: Math.max(position.seq, seq + 1) } : { epoch, seq: seq + 1 };

import {
  ApiError,
  type ApiErrorCode,
  type PayloadOfEach,
  type Position,
  type Receipt,
  type SystemContract,
} from '@typed-queue/contracts';
import type { Entry } from './entry.js';
import type { Outbox } from './outbox.js';
import { recover, type RelayQueue } from './recovery.js';
import type { Sleep } from './sleep.js';

export interface RelayDeps {
  readonly queue: RelayQueue;
  readonly outbox: Pick<Outbox, 'next' | 'recordAttempt' | 'remove' | 'park' | 'attempted'>;
  /** Woken when there is something to publish. */
  readonly idle: Sleep;
  /** Never woken. */
  readonly gathering: Sleep;
  /** The longest sleep when there is nothing to publish, in milliseconds. */
  readonly pollMs: number;
  readonly now: () => number;
  /** Throws when another process may relay by now. */
  readonly assertHeld: () => void;
  /** Both servers answer, and what was published before is removed. */
  readonly onRecovered: () => void;
  readonly onParked: (entry: Entry, error: ApiError) => void;
  readonly signal: AbortSignal;
}

/** How long entries gather after a batch, in milliseconds: a batch costs the same for one as for many. */
const GATHER_MS = 10;
/** A batch of this many entries is followed by the next at once. */
const FULL_BATCH = 100;

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
  const { outbox, idle, gathering, pollMs, signal } = deps;
  let end = await recover(deps);
  deps.onRecovered();
  while (!signal.aborted) {
    const batch = await outbox.next();
    if (batch.length === 0) {
      await idle.for(pollMs, signal);
      continue;
    }
    end = await publishBatch(deps, batch, end);
    if (batch.length < FULL_BATCH) await gathering.for(GATHER_MS, signal);
  }
};

/**
 * Records the attempt, publishes, removes: if the process dies between two of these steps, recovery knows what to look
 * for.
 * @param end where the queue ends
 * @returns where it ends now, at least
 */
const publishBatch = async (deps: RelayDeps, batch: readonly Entry[], end: Position): Promise<Position> => {
  await deps.outbox.recordAttempt(
    batch.map(({ _id }) => _id),
    end,
  );
  deps.assertHeld();
  const answers = await Promise.all(batch.map((entry) => publish(deps.queue, entry)));
  const stored = answers.filter((answer) => answer.kind === 'stored');
  await deps.outbox.remove(stored.map(({ entry }) => entry._id));
  for (const answer of answers) {
    if (answer.kind === 'refused') await park(deps, answer.entry, answer.error);
  }
  for (const answer of answers) if (answer.kind === 'failed') throw answer.error;
  return stored.reduce((position, { receipt }) => endAfter(position, receipt), end);
};

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

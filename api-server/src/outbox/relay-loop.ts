import {
  QueueError,
  type ErrorCode,
  type Payload,
  type Position,
  type Receipt,
  type SystemContract,
} from '@typed-queue/contracts';
import type { Entry } from './entry.js';
import type { Outbox } from './outbox.js';
import { recover } from './recovery.js';
import type { RelayQueue } from './relay-queue.js';
import type { Sleep } from './timing.js';

export interface RelayLoopDeps {
  readonly queue: RelayQueue;
  readonly outbox: Pick<Outbox, 'next' | 'mark' | 'remove' | 'park' | 'attempted'>;
  /** Woken when there is something new. */
  readonly sleep: Sleep;
  /** Woken by nobody. */
  readonly gathering: Sleep;
  /** How long to sleep at most when there is nothing to publish, in milliseconds. */
  readonly pollMs: number;
  readonly now: () => number;
  /** Throws when another process may relay by now. */
  readonly assertHeld: () => void;
  /** What was published before is known, and so is that both servers answer. */
  readonly onRecovered: () => void;
  readonly onParked: (entry: Entry, error: QueueError) => void;
  readonly signal: AbortSignal;
}

/** How long entries gather behind a batch, in milliseconds: a batch costs the same for one as for many. */
const GATHER_MS = 10;
/** Entries of a batch after which there is no need to gather. */
const ENOUGH = 100;

/** What the server says of a message itself. Everything else is about the server, and may be different tomorrow. */
const REFUSED_FOR_GOOD: readonly ErrorCode[] = [
  ...(['payload_invalid', 'message_invalid', 'message_too_large'] as const),
  ...(['frame_too_large', 'event_unknown'] as const),
];

type Answer =
  | { readonly kind: 'stored'; readonly entry: Entry; readonly receipt: Receipt }
  | { readonly kind: 'refused'; readonly entry: Entry; readonly error: QueueError }
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * Publishes what is in the outbox, over one client, until its signal aborts. Rejects with what failed; another may go
 * on then, with another client, when this one is closed.
 *
 * Later changes of a document are published although an earlier one was refused for good: an event holds the whole
 * document, and one that needs a person must not hold back all that follow.
 */
export const relay = async (deps: RelayLoopDeps): Promise<void> => {
  const { outbox, sleep, gathering, pollMs, signal } = deps;
  let head = await recover(deps);
  deps.onRecovered();
  while (!signal.aborted) {
    const batch = await outbox.next();
    if (batch.length === 0) {
      await sleep.for(pollMs, signal);
      continue;
    }
    head = await publishBatch(deps, batch, head);
    if (batch.length < ENOUGH) await gathering.for(GATHER_MS, signal);
  }
};

/** Marks, publishes, removes: whatever ends the process between two of them, recovery knows what to look for. */
const publishBatch = async (
  deps: RelayLoopDeps,
  batch: readonly Entry[],
  head: Position,
): Promise<Position> => {
  await deps.outbox.mark(
    batch.map(({ _id }) => _id),
    head,
  );
  deps.assertHeld();
  const answers = await Promise.all(batch.map((entry) => publish(deps.queue, entry)));
  const stored = answers.filter((answer) => answer.kind === 'stored');
  await deps.outbox.remove(stored.map(({ entry }) => entry._id));
  for (const answer of answers) {
    if (answer.kind === 'refused') await park(deps, answer.entry, answer.error);
  }
  for (const answer of answers) if (answer.kind === 'failed') throw answer.error;
  return stored.reduce((position, { receipt }) => behind(position, receipt), head);
};

const publish = async (queue: RelayQueue, entry: Entry): Promise<Answer> => {
  const { _id: id, event, headers } = entry;
  // Safe: the outbox takes only what was checked by the schema of its event.
  const payload = JSON.parse(entry.payload) as Payload<SystemContract, 'database', Entry['event']>;
  try {
    const receipt = await queue.publish('database', event, payload, { id, headers });
    return { kind: 'stored', entry, receipt };
  } catch (error) {
    return error instanceof QueueError && REFUSED_FOR_GOOD.includes(error.code)
      ? { kind: 'refused', entry, error }
      : { kind: 'failed', error };
  }
};

const park = async (
  { outbox, now, onParked }: RelayLoopDeps,
  entry: Entry,
  error: QueueError,
): Promise<void> => {
  await outbox.park(entry._id, { code: error.code, message: error.message, at: new Date(now()) });
  onParked(entry, error);
};

/** Where the queue stands at least, after a receipt. A log that is new counts from anew. */
const behind = (position: Position, { epoch, seq }: Receipt): Position =>
  position.epoch === epoch ? { epoch, seq: Math.max(position.seq, seq + 1) } : { epoch, seq: seq + 1 };

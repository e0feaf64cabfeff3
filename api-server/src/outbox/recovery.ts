import { ApiError, type Position, type SystemContract } from '@typed-queue/contracts';
import type { QueueClient } from '@typed-queue/queue-client';
import type { LeaseHolder } from './lease.js';
import type { Outbox } from './outbox.js';

type Client = QueueClient<SystemContract>;

/** What a relay needs of a client. */
export type RelayQueue = Pick<Client, 'publish' | 'tail' | 'on' | 'close'> & {
  readonly admin: Pick<Client['admin'], 'queues'>;
};

/** How long the queue server may take to answer, in milliseconds. */
const ANSWER_MS = 10_000;
/** Of how many messages the entries are removed together. */
const REMOVED_AT_ONCE = 1_000;

export interface RecoveryDeps {
  readonly queue: Pick<RelayQueue, 'admin' | 'tail'>;
  readonly outbox: Pick<Outbox, 'isEmpty' | 'remove'>;
  readonly lease: Pick<LeaseHolder, 'checkpoint' | 'advance'>;
  readonly signal: AbortSignal;
}

/** The position of the next message of the queue. */
const endOf = async ({ queue, signal }: RecoveryDeps): Promise<Position> => {
  const queues = await queue.admin.queues({ timeoutMs: ANSWER_MS, signal });
  const status = queues.find(({ queue }) => queue === 'database');
  if (status === undefined) {
    throw new ApiError(
      'queue_unknown',
      'The queue server serves another contract: it has no queue "database". Let its CONTRACT have the built-in one as well.',
    );
  }
  return { epoch: status.epoch, seq: status.lastSeq + 1 };
};

/**
 * Where to look for what may be in the queue. A position in another log says nothing: the server may have got a new log
 * after it was stored, so this one is read as a whole.
 */
const startOf = (checkpoint: Position | undefined, { epoch }: Position): Position | 'start' =>
  checkpoint?.epoch === epoch ? checkpoint : 'start';

/**
 * Removes the entries that a dead relay has published: they are looked for in the queue itself, so that a crash between
 * any two steps causes neither a loss nor a duplicate.
 * @returns where the queue ends
 */
export const recover = async (deps: RecoveryDeps): Promise<Position> => {
  const { outbox, lease } = deps;
  const end = await endOf(deps);
  if (!(await outbox.isEmpty())) await removePublished(deps, startOf(lease.checkpoint, end));
  lease.advance(end);
  return end;
};

const removePublished = async (
  { queue, outbox, signal }: RecoveryDeps,
  from: Position | 'start',
): Promise<void> => {
  let ids: string[] = [];
  for await (const item of queue.tail('database', { from, signal }).items()) {
    if (item.kind === 'live') break;
    if (item.kind === 'message') ids.push(item.message.id);
    if (ids.length < REMOVED_AT_ONCE) continue;
    await outbox.remove(ids);
    ids = [];
  }
  if (ids.length > 0) await outbox.remove(ids);
};

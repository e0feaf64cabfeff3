import { QueueError, type Position } from '@typed-queue/contracts';
import type { Outbox } from './outbox.js';
import type { RelayQueue } from './relay-queue.js';

/** How long to wait for the queue server before it is said that it does not answer, in milliseconds. */
const PATIENCE_MS = 10_000;

export interface RecoveryDeps {
  readonly queue: Pick<RelayQueue, 'admin' | 'tail'>;
  readonly outbox: Pick<Outbox, 'attempted' | 'remove'>;
  readonly signal: AbortSignal;
}

/** Behind the newest message of the queue. */
const headOf = async ({ queue, signal }: RecoveryDeps): Promise<Position> => {
  const queues = await queue.admin.queues({ timeoutMs: PATIENCE_MS, signal });
  const status = queues.find(({ queue }) => queue === 'database');
  if (status === undefined) {
    throw new QueueError(
      'queue_unknown',
      'The queue server serves another contract: it has no queue "database". Let its CONTRACT have the built-in one as well.',
    );
  }
  return { epoch: status.epoch, seq: status.lastSeq + 1 };
};

/**
 * Where those that were published may begin to be. What stood in another log than this one cannot be said: its
 * server may have got a new one between an attempt's mark and its publication, so that this one is read as a whole.
 */
const startOf = (attempts: readonly Position[], { epoch }: Position): Position | 'start' =>
  attempts.every((attempt) => attempt.epoch === epoch)
    ? { epoch, seq: Math.min(...attempts.map(({ seq }) => seq)) }
    : 'start';

/**
 * Removes the entries that were published before their relay ended: they are looked for in the queue itself, so that
 * a crash between any two steps makes neither a loss nor a duplicate.
 * @returns where the queue stands.
 */
export const recover = async (deps: RecoveryDeps): Promise<Position> => {
  const { queue, outbox, signal } = deps;
  const head = await headOf(deps);
  const attempted = await outbox.attempted();
  const wanted = new Set(attempted.map(({ _id }) => _id));
  if (wanted.size === 0) return head;
  const from = startOf(
    attempted.map(({ attempt }) => attempt),
    head,
  );
  const found: string[] = [];
  for await (const item of queue.tail('database', { from, signal }).items()) {
    if (item.kind === 'live') break;
    if (item.kind !== 'gap' && wanted.has(item.message.id)) found.push(item.message.id);
  }
  await outbox.remove(found);
  return head;
};

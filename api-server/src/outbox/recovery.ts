import { ApiError, type Position, type SystemContract } from '@typed-queue/contracts';
import type { QueueClient } from '@typed-queue/queue-client';
import type { Outbox } from './outbox.js';

type Client = QueueClient<SystemContract>;

/** What a relay needs of a client. */
export type RelayQueue = Pick<Client, 'publish' | 'tail' | 'on' | 'close'> & {
  readonly admin: Pick<Client['admin'], 'queues'>;
};

/** How long the queue server may take to answer, in milliseconds. */
const ANSWER_MS = 10_000;

interface RecoveryDeps {
  readonly queue: Pick<RelayQueue, 'admin' | 'tail'>;
  readonly outbox: Pick<Outbox, 'attempted' | 'remove'>;
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
 * between an attempt's record and its publication, so this one is read as a whole.
 */
const startOf = (attempts: readonly Position[], { epoch }: Position): Position | 'start' =>
  attempts.every((attempt) => attempt.epoch === epoch)
    ? { epoch, seq: Math.min(...attempts.map(({ seq }) => seq)) }
    : 'start';

/**
 * Removes the entries that a dead relay has published: they are looked for in the queue itself, so that a crash between
 * any two steps causes neither a loss nor a duplicate.
 * @returns where the queue ends
 */
export const recover = async (deps: RecoveryDeps): Promise<Position> => {
  const { queue, outbox, signal } = deps;
  const end = await endOf(deps);
  const attempted = await outbox.attempted();
  const wanted = new Set(attempted.map(({ _id }) => _id));
  if (wanted.size === 0) return end;
  const from = startOf(
    attempted.map(({ attempt }) => attempt),
    end,
  );
  const found: string[] = [];
  for await (const item of queue.tail('database', { from, signal }).items()) {
    if (item.kind === 'live') break;
    if (item.kind !== 'gap' && wanted.has(item.message.id)) found.push(item.message.id);
  }
  await outbox.remove(found);
  return end;
};

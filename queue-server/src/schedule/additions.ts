import { QueueError, type Durability, type ScheduledReceipt } from '@typed-queue/contracts';
import type { Draft, ScheduledTime } from '@typed-queue/contracts/wire';
import { dueTimeOf } from './due-time.js';
import type { ScheduleLog } from './schedule-log.js';
import type { StoredMessage } from './schedule-records.js';
import { findWaiting, type Named } from './scheduled-messages.js';
import type { SettledIds } from './settled-ids.js';
import type { WaitingMessages } from './waiting-messages.js';

export interface AdditionsDeps {
  readonly log: Pick<ScheduleLog, 'log' | 'add'>;
  readonly waiting: WaitingMessages;
  readonly settled: Pick<SettledIds, 'get'>;
  /** The most messages that may wait. */
  readonly maxScheduled: number;
  readonly durability: Durability;
  /** Milliseconds since 1970. */
  readonly wallNow: () => number;
  /** It is durable. */
  readonly onAdded: (message: StoredMessage) => void;
}

/** Lets messages wait, each once, however often it comes. */
export class Additions {
  readonly #deps: AdditionsDeps;
  /** Not durable yet, by queue and id. */
  readonly #adding = new Map<string, Promise<ScheduledReceipt>>();

  constructor(deps: AdditionsDeps) {
    this.#deps = deps;
  }

  /**
   * Resolves when the message waits as durably as the receipt says. One that waits, or was sent of late, is answered as it
   * was before.
   * @throws QueueError `request_invalid`, `overloaded`, `message_cancelled`
   */
  add(queue: string, draft: Draft, time: ScheduledTime): Promise<ScheduledReceipt> {
    const key = `${queue} ${draft.id}`;
    const known = this.#adding.get(key);
    if (known !== undefined) return known;
    const added = this.#add(queue, draft, time).finally(() => this.#adding.delete(key));
    this.#adding.set(key, added);
    return added;
  }

  /** Resolves when those that are being added wait, or are refused. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#adding.values());
  }

  async #add(queue: string, draft: Draft, time: ScheduledTime): Promise<ScheduledReceipt> {
    const { log, waiting, settled, durability, wallNow, onAdded } = this.#deps;
    const dueAt = dueTimeOf(time, wallNow());
    const { id } = draft;
    const named: Named = { queue, id };
    const mayWait = waiting.candidates(queue, id).length > 0;
    const found = mayWait ? await findWaiting(log.log, waiting, named) : undefined;
    // It may have been sent or cancelled while its record was read.
    const known = settled.get(named, wallNow());
    if (known?.isCancelled === true) throw cancelled(named);
    const knownDueAt = known?.dueAt ?? found?.record.dueAt;
    if (knownDueAt !== undefined) return { id, dueAt: knownDueAt, durability };
    this.#checkRoom();
    const message = { queue, draft, dueAt };
    onAdded({ message, record: await log.add(message) });
    return { id, dueAt, durability };
  }

  /** @throws QueueError `overloaded` */
  #checkRoom(): void {
    const { waiting, maxScheduled } = this.#deps;
    if (waiting.size + this.#adding.size < maxScheduled) return;
    throw new QueueError(
      'overloaded',
      `${maxScheduled} messages wait until they are due already, the most of this server (MAX_SCHEDULED). Schedule again when some were published, cancel some, or raise it.`,
      { details: { limit: maxScheduled } },
    );
  }
}

const cancelled = ({ queue, id }: Named): QueueError =>
  new QueueError(
    'message_cancelled',
    `The message "${id}" was to be published to "${queue}" later, and was cancelled: it does not come. To schedule another, give it another id or dedupeKey.`,
    { details: { queue, id } },
  );

import { QueueError } from '@typed-queue/contracts';
import type { ScheduleLog } from './schedule-log.js';
import type { ScheduledRecord } from './schedule-records.js';
import { findWaiting, type FoundMessage, type Named } from './scheduled-messages.js';
import type { Sender } from './sender.js';
import type { WaitingMessages } from './waiting-messages.js';

export interface CancellationsDeps {
  readonly log: Pick<ScheduleLog, 'log' | 'cancelled'>;
  readonly waiting: WaitingMessages;
  readonly sender: Pick<Sender, 'isUncertain'>;
  /** Runs an operation while nothing is sent or copied. */
  readonly turn: (operation: () => Promise<unknown>) => Promise<unknown>;
  readonly onCancelled: (message: ScheduledRecord) => void;
}

/** In one turn: meanwhile nothing is sent, and each may be anywhere in the log. */
const MAX_AT_ONCE = 100;

interface Asked {
  readonly named: Named;
  readonly result: Promise<boolean>;
  readonly resolve: (result: Promise<boolean>) => void;
}

/** Cancels messages: those that it was asked to before its turn came in that one turn, so that their records share a flush. */
export class Cancellations {
  readonly #deps: CancellationsDeps;
  /** By queue and id. */
  readonly #asked = new Map<string, Asked>();

  constructor(deps: CancellationsDeps) {
    this.#deps = deps;
  }

  /**
   * Resolves with whether the message waited, when that it was cancelled is durable.
   * @throws QueueError `overloaded` while it may be in its queue already
   */
  add(named: Named): Promise<boolean> {
    const key = keyOf(named);
    const known = this.#asked.get(key);
    if (known !== undefined) return known.result;
    const asked = newAsked(named);
    this.#asked.set(key, asked);
    if (this.#asked.size === 1) this.#begin();
    return asked.result;
  }

  #begin(): void {
    void this.#deps.turn(() => this.#run());
  }

  async #run(): Promise<void> {
    const { log, waiting } = this.#deps;
    const found: { readonly asked: Asked; readonly message: Promise<FoundMessage | undefined> }[] = [];
    for (const asked of [...this.#asked.values()].slice(0, MAX_AT_ONCE)) {
      const message = findWaiting(log.log, waiting, asked.named);
      found.push({ asked, message });
      // One after the other: each may bring a large frame into memory.
      await message.catch(() => undefined);
    }
    for (const { asked } of found) this.#asked.delete(keyOf(asked.named));
    if (this.#asked.size > 0) this.#begin();
    const results = found.map(({ asked, message }) => {
      const result = this.#cancel(asked.named, message);
      asked.resolve(result);
      return result;
    });
    await Promise.allSettled(results);
  }

  async #cancel(named: Named, message: Promise<FoundMessage | undefined>): Promise<boolean> {
    const { log, waiting, sender, onCancelled } = this.#deps;
    const found = await message;
    if (found === undefined) return false;
    const { slot, record } = found;
    if (sender.isUncertain(slot)) throw beingSent(named);
    await log.cancelled(record.addedSeq);
    waiting.remove(slot, record.size);
    onCancelled(record);
    return true;
  }
}

const keyOf = ({ queue, id }: Named): string => `${queue} ${id}`;

const newAsked = (named: Named): Asked => {
  let resolve: Asked['resolve'] = () => undefined;
  const result = new Promise<boolean>((settle) => (resolve = settle));
  return { named, result, resolve };
};

const beingSent = ({ queue, id }: Named): QueueError =>
  new QueueError(
    'overloaded',
    `The message "${id}" is being published to "${queue}", and it is not known yet whether it was: ask again.`,
    { details: { queue, id } },
  );

import { QueueError } from '@typed-queue/contracts';
import type { ScheduleLog } from './schedule-log.js';
import { findWaiting, type Named } from './scheduled-messages.js';
import type { Sender } from './sender.js';
import type { WaitingMessages } from './waiting-messages.js';

export interface CancellationsDeps {
  readonly log: Pick<ScheduleLog, 'log' | 'cancelled'>;
  readonly waiting: WaitingMessages;
  readonly sender: Pick<Sender, 'isUncertain'>;
  /** Runs an operation while nothing is sent or copied. */
  readonly turn: (operation: () => Promise<unknown>) => Promise<unknown>;
  readonly onCancelled: () => void;
}

interface Asked {
  readonly named: Named;
  readonly resolve: (cancelled: Promise<boolean>) => void;
}

/** Cancels messages: all that it was asked to before its turn came in that one turn, so that their records share a flush. */
export class Cancellations {
  readonly #deps: CancellationsDeps;
  #asked: Asked[] = [];

  constructor(deps: CancellationsDeps) {
    this.#deps = deps;
  }

  /**
   * Resolves with whether the message waited, when that it was cancelled is durable.
   * @throws QueueError `overloaded` while it may be in its queue already
   */
  add(named: Named): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.#asked.push({ named, resolve }) === 1) void this.#deps.turn(() => this.#run());
    });
  }

  async #run(): Promise<void> {
    const asked = this.#asked;
    this.#asked = [];
    const results = new Map<string, Promise<boolean>>();
    for (const { named, resolve } of asked) {
      const key = `${named.queue} ${named.id}`;
      const result = results.get(key) ?? this.#cancel(named);
      results.set(key, result);
      resolve(result);
    }
    await Promise.allSettled(results.values());
  }

  async #cancel(named: Named): Promise<boolean> {
    const { log, waiting, sender, onCancelled } = this.#deps;
    const found = await findWaiting(log.log, waiting, named);
    if (found === undefined) return false;
    const { slot, record } = found;
    if (sender.isUncertain(slot)) throw beingSent(named);
    await log.cancelled(record.addedSeq);
    waiting.remove(slot, record.size);
    onCancelled();
    return true;
  }
}

const beingSent = ({ queue, id }: Named): QueueError =>
  new QueueError(
    'overloaded',
    `The message "${id}" is being published to "${queue}", and it is not known yet whether it was: ask again.`,
    { details: { queue, id } },
  );

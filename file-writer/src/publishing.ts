import type { EventName, Payload, Receipt, SystemContract } from '@typed-queue/contracts';
import { setMaxListeners } from 'node:events';
import { match } from 'ts-pattern';
import { failureOf } from './file-system.js';
import type { FileOutcome } from './file-outcome.js';

type FileEvent = EventName<SystemContract, 'files'>;

/** The one thing that publishing needs of a queue client. */
export interface Publisher {
  publish<E extends FileEvent>(
    queue: 'files',
    event: E,
    payload: Payload<SystemContract, 'files', E>,
    options: { readonly signal: AbortSignal },
  ): Promise<Receipt>;
}

/** An event that has no receipt, and why. */
export interface Unpublished {
  readonly outcome: FileOutcome;
  readonly reason: string;
}

export interface Publishing {
  /** Publishes an event without waiting for its receipt. */
  add(outcome: FileOutcome): void;
  /**
   * Waits for all receipts, at most this many milliseconds and until the signal aborts. When it did so before, as
   * a file was in hand, its event still gets a second.
   */
  receipts(timeoutMs: number, signal: AbortSignal): Promise<readonly Unpublished[]>;
}

const ABORTED_MS = 1_000;

/** Each pending event listens to its signal; any number of listeners is no leak. */
const unboundedController = (): AbortController => {
  const controller = new AbortController();
  setMaxListeners(Infinity, controller.signal);
  return controller;
};

/** Publishes the outcomes of files. */
export const publishingTo = (publisher: Publisher): Publishing => {
  const pendingEvents = unboundedController();
  const giveUp = (): void => pendingEvents.abort();
  const options = { signal: pendingEvents.signal };
  const publish = (outcome: FileOutcome): Promise<Receipt> =>
    match(outcome)
      .with({ event: 'save' }, ({ event, payload }) => publisher.publish('files', event, payload, options))
      .with({ event: 'error' }, ({ event, payload }) => publisher.publish('files', event, payload, options))
      .exhaustive();
  const pending: Promise<Unpublished | undefined>[] = [];
  return {
    add: (outcome) => {
      const published = publish(outcome).then(
        () => undefined,
        (error: unknown) => {
          const { code, message } = failureOf(error);
          return { outcome, reason: `${code}: ${message}` };
        },
      );
      pending.push(published);
    },
    receipts: async (timeoutMs, signal) => {
      const timer = setTimeout(giveUp, signal.aborted ? Math.min(timeoutMs, ABORTED_MS) : timeoutMs);
      signal.addEventListener('abort', giveUp, { once: true });
      const results = await Promise.all(pending);
      clearTimeout(timer);
      return results.filter((result) => result !== undefined);
    },
  };
};

import { ApiError, type Headers } from '@typed-queue/contracts';
import type { Context, Page, Stored } from '../repository/repository.js';
import type { Transact, UnitOfWork } from '../repository/unit-of-work.js';
import type { BestEffortEvent, ChangeEvent, NewChange, NewRead, Operation, Publisher } from './publisher.js';

declare const published: unique symbol;

/** A result whose events are published. Only `Operations` makes one, and only of a result that comes with its events. */
export type Published<T> = T & { readonly [published]: true };

/** The same methods, each of which must publish: one that returns the plain result does not compile. */
export type Publishing<R> = {
  readonly [M in keyof R]: R[M] extends (...args: infer Args) => Promise<infer T>
    ? (...args: Args) => Promise<Published<T>>
    : never;
};

/** A result and its events. A literally empty list does not compile: it would be a forgotten event. */
interface WithEvents<T, Events extends readonly unknown[]> {
  readonly result: T;
  readonly events: [Events[number]] extends [never] ? never : Events;
}

export interface PublishingDeps {
  /** Its name in events: `product`. */
  readonly model: string;
  readonly publisher: Publisher;
  /** Opens the transaction that a change shares with its events. */
  readonly transact: Transact;
}

/** One call of a repository's method. */
export interface Call {
  readonly operation: Operation;
  /** Of the one document that it is about, as the caller gave it. */
  readonly id?: string;
  readonly context: Context;
}

type AnyEvent = ChangeEvent | BestEffortEvent;

const MAX_MESSAGE = 1_000;
const MAX_ID = 100;

/** Runs the operations of one repository and publishes the events that each comes with. */
export class Operations {
  readonly #deps: PublishingDeps;

  constructor(deps: PublishingDeps) {
    this.#deps = deps;
  }

  /**
   * Runs work that changes documents in the transaction of its events: the caller's, or a new one. Within a caller's
   * transaction that is then aborted there is neither a change nor an event.
   */
  change<T, Events extends readonly NewChange[]>(
    call: Call,
    work: (context: Context) => Promise<WithEvents<T, Events>>,
  ): Promise<Published<T>> {
    const { transact, publisher } = this.#deps;
    const { context } = call;
    const within = async (unit: UnitOfWork): Promise<Published<T>> => {
      const { result, events } = await work({ ...context, unit });
      const changes = events.map((change): ChangeEvent => ({
        ...change,
        headers: this.#headersOf(change, context),
      }));
      if (changes.length > 0) await publisher.store(unit, changes);
      return asPublished(result);
    };
    return this.#orError(call, () => (context.unit === undefined ? transact(within) : within(context.unit)));
  }

  /** Runs work that reads. */
  read<T extends Stored | Page, Events extends readonly NewRead[]>(
    call: Call,
    work: () => Promise<WithEvents<T, Events>>,
  ): Promise<Published<T>> {
    return this.#orError(call, async () => {
      const { result, events } = await work();
      for (const read of events) this.#publish({ ...read, headers: this.#headersOf(read, call.context) });
      return asPublished(result);
    });
  }

  /** Whatever it rejects with becomes an `error`, and is thrown on. */
  async #orError<T>(call: Call, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#publishError(error, call);
      throw error;
    }
  }

  #publishError(error: unknown, { operation, id, context }: Call): void {
    const isOurs = error instanceof ApiError;
    // The caller's transaction conflicted with another: it is done again, so that nothing has failed yet.
    if (!isOurs && context.unit !== undefined) return;
    const payload = {
      model: this.#deps.model,
      operation,
      ...(id === undefined ? {} : { id: id.slice(0, MAX_ID) }),
      code: isOurs ? error.code : 'internal',
      message: isOurs ? error.message.slice(0, MAX_MESSAGE) : 'The API failed; its log says more.',
    };
    this.#publish({ event: 'error', payload, headers: this.#headersOf({ payload }, context) });
  }

  #publish(event: BestEffortEvent): void {
    this.#deps.publisher.publishBestEffort(event);
  }

  /** `key` is the ordering key: what happens to one document is handled one after the other. */
  #headersOf({ payload }: Pick<AnyEvent, 'payload'>, { actor, requestId, trace }: Context): Headers {
    return {
      ...trace,
      ...(actor === undefined ? {} : { actor }),
      ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
      ...('id' in payload && payload.id !== undefined ? { key: `${this.#deps.model}/${payload.id}` } : {}),
    };
  }
}

// Safe: the brand exists only for the compiler, and the callers above have published the events.
const asPublished = <T>(result: T): Published<T> => result as Published<T>;

import { QueueError, type Headers } from '@typed-queue/contracts';
import type { Fields } from '../models/model.js';
import type { Context, Repository } from '../repository/repository.js';
import type { Transact, UnitOfWork } from '../repository/unit-of-work.js';
import { duties } from './duties.js';
import type { ChangeEvent, NoticeEvent, Operation, Payloads } from './event.js';
import type { Publisher } from './publisher.js';

export interface PublishingParts {
  /** As it stands in events: `product`. */
  readonly model: string;
  readonly publisher: Publisher;
  /** Opens the transaction that a change shares with its event. */
  readonly transact: Transact;
}

/** A duty whose method is not known to the compiler. */
interface AnyDuty {
  readonly operation: Operation;
  readonly contextAt: number;
  readonly idAt: number | null;
  readonly payload: (model: string, result: unknown, args: readonly unknown[]) => Payloads[Operation];
}

type AnyMethod = (...args: readonly unknown[]) => Promise<unknown>;

const MAX_MESSAGE = 1_000;
const MAX_ID = 100;

/**
 * The same repository, which publishes what it does: each change, together with its event or not at all; what was
 * read; and each failure as an `error`. A change within a transaction that its caller then aborts owes nothing.
 */
export const publishing = <F extends Fields>(
  repository: Repository<F>,
  parts: PublishingParts,
): Repository<F> => {
  const methods = Object.entries(duties).map(([name, duty]) => {
    // Safe: the type of the table has checked each duty with its method, and that there is one for each.
    const method = (repository[name as keyof Repository<F>] as AnyMethod).bind(repository);
    // Safe: as above.
    const owing = new Owing(duty as AnyDuty, method, parts);
    return [name, (...args: readonly unknown[]) => owing.run(args)];
  });
  // Safe: a function for each method, which takes and returns what the method does.
  return Object.fromEntries(methods) as Repository<F>;
};

/** A method that pays its duty. */
class Owing {
  readonly #duty: AnyDuty;
  readonly #method: AnyMethod;
  readonly #parts: PublishingParts;

  constructor(duty: AnyDuty, method: AnyMethod, parts: PublishingParts) {
    this.#duty = duty;
    this.#method = method;
    this.#parts = parts;
  }

  async run(args: readonly unknown[]): Promise<unknown> {
    // Safe: the table's type says where the context stands.
    const context = (args[this.#duty.contextAt] ?? {}) as Context;
    try {
      return await (this.#duty.operation === 'read' ? this.#read(args, context) : this.#write(args, context));
    } catch (error) {
      this.#tellFailure(error, args, context);
      throw error;
    }
  }

  async #read(args: readonly unknown[], context: Context): Promise<unknown> {
    const result = await this.#method(...args);
    // Safe: the operation is `read`.
    this.#parts.publisher.tell(this.#eventOf(result, args, context) as NoticeEvent);
    return result;
  }

  #write(args: readonly unknown[], context: Context): Promise<unknown> {
    const { transact, publisher } = this.#parts;
    const work = async (unit: UnitOfWork): Promise<unknown> => {
      const result = await this.#method(...this.#within(unit, args, context));
      // Safe: the operation is none of those that change nothing.
      await publisher.store(unit, this.#eventOf(result, args, context) as ChangeEvent);
      return result;
    };
    return context.unit === undefined ? transact(work) : work(context.unit);
  }

  /** The arguments, with the transaction in their context. */
  #within(unit: UnitOfWork, args: readonly unknown[], context: Context): readonly unknown[] {
    const before = Array.from({ length: this.#duty.contextAt }, (_, index) => args[index]);
    return [...before, { ...context, unit }];
  }

  #eventOf(result: unknown, args: readonly unknown[], context: Context) {
    const { operation, payload } = this.#duty;
    const body = payload(this.#parts.model, result, args);
    return {
      event: operation,
      payload: body,
      headers: this.#headers(context, 'id' in body ? body.id : undefined),
    };
  }

  #tellFailure(error: unknown, args: readonly unknown[], context: Context): void {
    const isOurs = error instanceof QueueError;
    // The caller's transaction conflicted with another: it is done again, so that nothing has failed yet.
    if (!isOurs && context.unit !== undefined) return;
    const { operation, idAt } = this.#duty;
    const id = idAt === null ? undefined : String(args[idAt]).slice(0, MAX_ID);
    this.#parts.publisher.tell({
      event: 'error',
      payload: {
        ...{ model: this.#parts.model, operation },
        ...(id === undefined ? {} : { id }),
        code: isOurs ? error.code : 'internal',
        message: isOurs ? error.message.slice(0, MAX_MESSAGE) : 'The API failed; its log says more.',
      },
      headers: this.#headers(context, id),
    });
  }

  /** `key` is the ordering key: what happens to one document is handled one after the other. */
  #headers({ actor, requestId }: Context, id: string | undefined): Headers {
    return {
      ...(actor === undefined ? {} : { actor }),
      ...(requestId === undefined ? {} : { 'x-request-id': requestId }),
      ...(id === undefined ? {} : { key: `${this.#parts.model}/${id}` }),
    };
  }
}

import { QueueError, type AnyMessage, type Position } from '@typed-queue/contracts';
import { onAbort } from '../abort-watch.js';
import type { QueueUse } from '../agreement/agreements.js';
import { deferred } from '../deferred.js';
import type { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import type { ContractCheck, ContractMismatch } from '../messages/contract-check.js';
import { TailBuffer } from './tail-buffer.js';
import { TailSource, type TailSourceDeps } from './tail-source.js';
import type { Tail, TailItem } from './tail.js';

export interface TailDeps extends Pick<TailSourceDeps, 'request' | 'from' | 'server' | 'runtime'> {
  readonly check: ContractCheck;
  readonly use: QueueUse;
  readonly signal: AbortSignal | undefined;
  readonly emitter: Emitter<ClientEvents>;
  readonly onEnd: () => void;
}

/** Why a tail has ended; its loop throws the error, if there is one. */
interface TailEnd {
  readonly error?: QueueError;
}

/** A tail over all reconnects, and its loop. */
export class QueueTail implements Tail {
  readonly queue: string;
  readonly source: TailSource;
  readonly #deps: TailDeps;
  readonly #buffer: TailBuffer;
  readonly #ready = deferred();
  readonly #unwatch: () => void;
  #arrival = deferred();
  #iterated = false;
  /** Taken from the buffer, and waits until it can be read. */
  #unread: AnyMessage | undefined;
  #end: TailEnd | undefined;

  constructor(deps: TailDeps) {
    const { request, from, check } = deps;
    this.queue = request.queue;
    this.#deps = deps;
    this.#buffer = new TailBuffer(
      request.events !== undefined,
      typeof from === 'object' && 'epoch' in from ? from : undefined,
    );
    this.source = new TailSource({
      ...deps,
      buffer: this.#buffer,
      onBegun: (contract) => {
        check.served(contract);
        deps.use.served(contract);
        this.#ready.resolve();
      },
      onChunk: () => this.#wake(),
      onRefused: (error) => this.fail(error),
      onRetry: (error) => deps.emitter.emit('error', { error, queue: this.queue }),
      onBroken: (error) => this.#restart(error),
    });
    // It may be ignored.
    this.#ready.promise.catch(() => undefined);
    this.#unwatch = onAbort(deps.signal, () => this.#aborted());
    if (deps.signal?.aborted) this.#aborted();
  }

  get position(): Position | undefined {
    return this.#buffer.position;
  }
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  [Symbol.asyncIterator](): AsyncIterator<AnyMessage, undefined> {
    return this.#iterate(() => this.#nextMessage());
  }

  items(): AsyncIterableIterator<TailItem, undefined> {
    return this.#iterate(() => this.#nextItem());
  }

  online(): void {
    this.#deps.use.begin(
      () => {
        if (this.#end === undefined) this.source.online();
      },
      (error) => this.fail(error),
    );
  }

  close(): void {
    this.#finish({});
  }

  /** The loop throws this. */
  fail(error: QueueError): void {
    this.#finish({ error });
  }

  #iterate<T>(next: () => T | undefined): AsyncIterableIterator<T, undefined> {
    if (this.#iterated) {
      const text = `One loop reads a tail, and this one of "${this.queue}" has one: call tail() again.`;
      throw new QueueError('request_invalid', text);
    }
    this.#iterated = true;
    const items = this.#generate(next);
    /** Calls that the generator has not answered: later ones must not overtake them. */
    let waiting = 0;
    const answered = (): void => {
      waiting--;
    };
    return {
      next: () => {
        // What is there already costs one promise; the generator would make three, and take as many turns.
        const item = waiting === 0 && this.#end === undefined ? next() : undefined;
        if (item !== undefined) return Promise.resolve({ done: false, value: item });
        waiting++;
        const result = items.next();
        result.then(answered, answered);
        return result;
      },
      // Ends a pending next() at once; a generator would wait for it.
      return: () => {
        this.close();
        return items.return(undefined);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async *#generate<T>(next: () => T | undefined): AsyncGenerator<T, undefined> {
    while (this.#end === undefined) {
      const item = next();
      if (item !== undefined) yield item;
      else if (!this.#hasEnded()) await this.#arrival.promise;
    }
    if (this.#end.error !== undefined) throw this.#end.error;
    return undefined;
  }

  /** A method, since reading an item may end the tail, which the compiler cannot see. */
  #hasEnded(): boolean {
    return this.#end !== undefined;
  }

  #nextItem(): TailItem | undefined {
    const unread = this.#unread;
    if (unread !== undefined) return this.#checked(unread);
    const item = this.#buffer.read();
    this.source.reportPosition();
    if (item?.kind === 'message') return this.#checked(item.message);
    if (item?.kind !== 'hole') return item;
    const text = `A tail of "${this.queue}" is at seq ${item.next} and was sent ${item.found}: it begins again.`;
    this.#restart(new QueueError('internal', text));
    return undefined;
  }

  #restart(error: QueueError): void {
    this.#deps.emitter.emit('error', { error, queue: this.queue });
    this.source.restart();
  }

  #checked(message: AnyMessage): TailItem | undefined {
    const reading = this.#deps.check.read(message);
    this.#unread = undefined;
    if (reading.kind === 'message') return reading;
    if (reading.kind === 'mismatch') return this.#invalid(message, reading.mismatch);
    this.#unread = message;
    void reading.loaded.then(() => this.#wake());
    return undefined;
  }

  #invalid(message: AnyMessage, mismatch: ContractMismatch): TailItem {
    const { queue, event, seq, id } = message;
    const what = `The ${event} at seq ${seq} of "${queue}" does not match this contract: ${mismatch.message}.`;
    const text = `${what} ${mismatch.advice}`;
    const details = { queue, event, seq, id, issues: mismatch.issues };
    return { kind: 'invalid', message, error: new QueueError('contract_mismatch', text, { details }) };
  }

  /** The next message; emits the items before it as events. */
  #nextMessage(): AnyMessage | undefined {
    while (!this.#hasEnded()) {
      const item = this.#nextItem();
      if (item === undefined) return undefined;
      if (item.kind === 'message') return item.message;
      this.#emit(item);
    }
    return undefined;
  }

  #emit(item: Exclude<TailItem, { readonly kind: 'message' }>): void {
    const { queue } = this;
    const { emitter } = this.#deps;
    if (item.kind === 'gap') emitter.emit('gap', { ...item.gap, queue });
    else if (item.kind === 'live') emitter.emit('tail:live', { queue, next: item.next });
    else emitter.emit('error', { error: item.error, queue });
  }

  #aborted(): void {
    const cause: unknown = this.#deps.signal?.reason;
    this.fail(new QueueError('aborted', `The signal of the tail of "${this.queue}" was aborted.`, { cause }));
  }

  #finish(end: TailEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#unwatch();
    this.source.end();
    this.#ready.reject(end.error ?? new QueueError('closed', `The tail of "${this.queue}" is closed.`));
    this.#wake();
    this.#deps.onEnd();
  }

  #wake(): void {
    this.#arrival.resolve();
    this.#arrival = deferred();
  }
}

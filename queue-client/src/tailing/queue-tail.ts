import { QueueError, type AnyMessage, type Position } from '@typed-queue/contracts';
import type { ContractCheck } from '../messages/contract-check.js';
import { deferred } from '../deferred.js';
import type { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import { TailBuffer } from './tail-buffer.js';
import { TailSource, type TailSourceDeps } from './tail-source.js';
import { iterate } from './iteration.js';
import type { Tail, TailItem } from './tail.js';

export interface TailDeps extends Pick<TailSourceDeps, 'request' | 'from' | 'server' | 'runtime'> {
  readonly check: ContractCheck;
  readonly signal: AbortSignal | undefined;
  readonly emitter: Emitter<ClientEvents>;
  readonly onEnd: () => void;
}

/** A tail over all reconnects, and what its loop takes. */
export class QueueTail implements Tail {
  readonly queue: string;
  readonly source: TailSource;
  readonly #deps: TailDeps;
  readonly #buffer: TailBuffer;
  readonly #ready = deferred();
  #arrival = deferred();
  #iterated = false;
  #ended: { readonly error?: QueueError } | undefined;

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
        this.#ready.resolve();
      },
      onArrived: () => this.#wake(),
      onRefused: (error) => this.fail(error),
      onHeld: (error) => deps.emitter.emit('error', { error, queue: this.queue }),
      onBroken: (error) => this.#startOver(error),
    });
    // Nobody has to wait for it.
    this.#ready.promise.catch(() => undefined);
    this.#watch(deps.signal);
  }

  get position(): Position | undefined {
    return this.#buffer.position;
  }
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  [Symbol.asyncIterator](): AsyncIterator<AnyMessage, undefined> {
    return this.#iterate(() => this.#takeMessage());
  }

  items(): AsyncIterableIterator<TailItem, undefined> {
    return this.#iterate(() => this.#take());
  }

  close(): void {
    this.#end({});
  }

  /** The loop throws this. */
  fail(error: QueueError): void {
    this.#end({ error });
  }

  #iterate<T>(take: () => T | undefined): AsyncIterableIterator<T, undefined> {
    if (this.#iterated) {
      const text = `A tail is read by one loop, and this one of "${this.queue}" has its loop: call tail() again.`;
      throw new QueueError('request_invalid', text);
    }
    this.#iterated = true;
    return iterate({
      take,
      arrival: () => this.#arrival.promise,
      ended: () => this.#ended,
      close: () => this.close(),
    });
  }

  #take(): TailItem | undefined {
    const taken = this.#buffer.take();
    this.source.taken();
    if (taken?.kind === 'message') return this.#checked(taken.message);
    if (taken?.kind !== 'hole') return taken;
    const text = `A tail of "${this.queue}" stands at seq ${taken.next} and was sent ${taken.found}: it begins again.`;
    this.#startOver(new QueueError('internal', text));
    return undefined;
  }

  #startOver(error: QueueError): void {
    this.#deps.emitter.emit('error', { error, queue: this.queue });
    this.source.restart();
  }

  #checked(message: AnyMessage): TailItem {
    const mismatch = this.#deps.check.mismatchOf(message);
    if (mismatch === undefined) return { kind: 'message', message };
    const { queue, event, seq, id } = message;
    const what = `The ${event} at seq ${seq} of "${queue}" does not match this contract: ${mismatch.message}.`;
    const text = `${what} ${mismatch.advice}`;
    const details = { queue, event, seq, id, issues: mismatch.issues };
    return { kind: 'invalid', message, error: new QueueError('contract_mismatch', text, { details }) };
  }

  /** The next message; what stands before it is told to the client's listeners. */
  #takeMessage(): AnyMessage | undefined {
    // A listener may close the tail.
    while (this.#ended === undefined) {
      const item = this.#take();
      if (item === undefined) return undefined;
      if (item.kind === 'message') return item.message;
      this.#tell(item);
    }
    return undefined;
  }

  #tell(item: Exclude<TailItem, { readonly kind: 'message' }>): void {
    const { queue } = this;
    const { emitter } = this.#deps;
    if (item.kind === 'gap') emitter.emit('gap', { ...item.gap, queue });
    else if (item.kind === 'live') emitter.emit('tail:live', { queue, next: item.next });
    else emitter.emit('error', { error: item.error, queue });
  }

  #watch(signal: AbortSignal | undefined): void {
    signal?.addEventListener('abort', this.#abort, { once: true });
    if (signal?.aborted) this.#abort();
  }

  readonly #abort = (): void => {
    const cause: unknown = this.#deps.signal?.reason;
    this.fail(new QueueError('aborted', `The signal of the tail of "${this.queue}" was aborted.`, { cause }));
  };

  #end(ended: { readonly error?: QueueError }): void {
    if (this.#ended !== undefined) return;
    this.#ended = ended;
    this.#deps.signal?.removeEventListener('abort', this.#abort);
    this.source.end();
    this.#ready.reject(ended.error ?? new QueueError('closed', `The tail of "${this.queue}" is closed.`));
    this.#wake();
    this.#deps.onEnd();
  }

  #wake(): void {
    this.#arrival.resolve();
    this.#arrival = deferred();
  }
}

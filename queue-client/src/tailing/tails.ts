import { QueueError, type QueueDefinition } from '@typed-queue/contracts';
import { checkOptions, type KnownOptions } from '../argument-check.js';
import type { Agreements } from '../agreement/agreements.js';
import type { ClientSocket } from '../connection/socket.js';
import { ContractCheck } from '../messages/contract-check.js';
import { TextMessages } from '../messages/lazy-messages.js';
import { checkWindow, type Window } from '../window.js';
import { QueueTail, type TailDeps } from './queue-tail.js';
import type { TailParameters } from './tail-source.js';
import type { TailOptions } from './tail.js';

interface TailsDeps extends Pick<TailDeps, 'server' | 'runtime' | 'emitter'> {
  readonly agreements: Agreements;
  /** For tails without one of their own. */
  readonly window: Window | undefined;
}

const DEFAULT_WINDOW = { messages: 1_000, bytes: 4 * 1024 * 1024 } as const satisfies Window;

const KNOWN: KnownOptions<TailOptions<string>> = { from: true, events: true, window: true, signal: true };

/** @throws QueueError `request_invalid` */
const checkTail = (options: TailOptions<string>): void => {
  checkOptions('tail', 'the second argument', options, KNOWN);
  if (options.window !== undefined) checkWindow('tail', options.window);
};

/** @throws QueueError `event_unknown` */
export const tailParameters = (
  subscription: string,
  { name, events: known }: QueueDefinition,
  { events, window }: TailOptions<string>,
): TailParameters => {
  const unknown = events?.find((event) => !Object.hasOwn(known, event));
  if (unknown !== undefined) {
    throw new QueueError('event_unknown', `The queue "${name}" has no event "${unknown}".`);
  }
  return {
    subscription,
    queue: name,
    form: 'frame',
    live: 'frame',
    window: {
      messages: window?.messages ?? DEFAULT_WINDOW.messages,
      bytes: window?.bytes ?? DEFAULT_WINDOW.bytes,
    },
    ...(events !== undefined && { events }),
  };
};

/** The tails of a client. */
export class Tails {
  readonly #deps: TailsDeps;
  readonly #tails = new Map<string, QueueTail>();
  #opened = 0;
  #online = false;

  constructor(deps: TailsDeps) {
    this.#deps = deps;
  }

  /** @throws QueueError `request_invalid`, `event_unknown` */
  open(definition: QueueDefinition, options: TailOptions<string>): QueueTail {
    checkTail(options);
    const { from = 'now', window = this.#deps.window, signal } = options;
    // Bounded in length, and different from those of groups.
    const name = `${definition.name}/tail/${++this.#opened}`;
    const tail = new QueueTail({
      ...this.#deps,
      request: tailParameters(name, definition, { ...options, window }),
      from,
      signal,
      check: new ContractCheck(definition),
      use: this.#deps.agreements.use('read', definition, options.events),
      onEnd: () => this.#tails.delete(name),
    });
    if (signal?.aborted) return tail;
    this.#tails.set(name, tail);
    if (this.#online) tail.online();
    return tail;
  }

  listen(socket: Pick<ClientSocket, 'on'>): void {
    const source = (subscription: string) => this.#tails.get(subscription)?.source;
    socket.on('replay:frame', (header, frames) => source(header.subscription)?.replayed(header, frames));
    socket.on('deliver:frame', (queue, _epoch, firstSeq, frames) => {
      for (const tail of this.#tails.values()) {
        if (tail.queue === queue) tail.source.deliveredFrames(firstSeq, frames);
      }
    });
    socket.on('live', ({ subscription, next }) => source(subscription)?.live(next));
    socket.on('behind', ({ subscription }) => source(subscription)?.lagged());
    // Of servers that know no `deliver:frame`.
    socket.on('deliver', (queue, _epoch, firstSeq, text) => {
      const messages = new TextMessages(text);
      for (const tail of this.#tails.values()) {
        if (tail.queue === queue) tail.source.delivered(firstSeq, messages, text.length);
      }
    });
  }

  online(): void {
    this.#online = true;
    for (const tail of this.#tails.values()) tail.online();
  }

  offline(): void {
    this.#online = false;
    for (const tail of this.#tails.values()) tail.source.offline();
  }

  /** All loops throw this. */
  fail(error: QueueError): void {
    for (const tail of this.#tails.values()) tail.fail(error);
  }

  /** All loops finish. */
  close(): void {
    for (const tail of this.#tails.values()) tail.close();
  }
}

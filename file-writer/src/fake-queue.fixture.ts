import { QueueError, type Receipt } from '@typed-queue/contracts';
import type { ClientEvents, PublishOptions } from '@typed-queue/queue-client';
import type { Config } from './config.js';

const receipt: Receipt = { id: '', epoch: '', seq: 1, duplicate: false, durability: 'disk' };

/** A fake queue client, connected or not. */
export class FakeQueue {
  readonly published: { readonly event: string; readonly payload: { readonly path: string } }[] = [];
  readonly configs: Config[] = [];
  closed = 0;
  reachable = true;
  refusal: QueueError | undefined;
  readonly #listeners: { readonly name: string; readonly listener: (event: never) => void }[] = [];

  publish(
    _queue: string,
    event: string,
    payload: { readonly path: string },
    options: PublishOptions,
  ): Promise<Receipt> {
    if (this.refusal) return Promise.reject(this.refusal);
    if (!this.reachable) return this.#abort(options);
    this.published.push({ event, payload });
    return Promise.resolve(receipt);
  }

  on(name: string, listener: (event: never) => void): this {
    this.#listeners.push({ name, listener });
    return this;
  }

  emit<E extends keyof ClientEvents>(name: E, event: Parameters<ClientEvents[E]>[0]): void {
    for (const each of this.#listeners) {
      // Safe: a listener is stored with the name of its event.
      if (each.name === name) (each.listener as (event: unknown) => void)(event);
    }
  }

  async close(): Promise<void> {
    this.closed++;
  }

  #abort({ signal }: PublishOptions): Promise<Receipt> {
    const cause = new Error('websocket error');
    this.emit('connection:failed', { cause });
    this.emit('connection:failed', { cause });
    return new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new QueueError('aborted', 'not sent')));
    });
  }
}

import { setTimeout } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type { Target } from './server-process.js';

/** Between two messages. */
const PAUSE_MS = 20;
const RECEIPT_TIMEOUT_MS = 60_000;
/** How long what was published may take to be delivered in the end. */
const LAST_DELIVERY_MS = 20_000;
const LOOK_MS = 20;

export interface Observed {
  readonly published: number;
  /** Error codes of requests that were refused, and how often. */
  readonly refused: Readonly<Record<string, number>>;
  readonly disconnects: number;
  /** Messages with a receipt that were never delivered. */
  readonly missing: number;
  readonly deliveredTwice: number;
  /** The longest wait for a receipt, in milliseconds. */
  readonly worstReceiptMs: number;
  /** The longest way from publish to delivery, in milliseconds. */
  readonly worstDeliveryMs: number;
}

/** A well-behaved client: publishes steadily, consumes its own messages as a group, and records what it notices. */
export class Witness {
  /** How long each receipt and each delivery took, in milliseconds. */
  readonly receiptsMs: number[] = [];
  readonly deliveriesMs: number[] = [];
  readonly #socket: Socket;
  readonly #stop = new AbortController();
  readonly #publishedAt = new Map<string, number>();
  readonly #delivered = new Set<string>();
  readonly #receipts = new Set<string>();
  readonly #refused: Record<string, number> = {};
  readonly #settling: Promise<void>[] = [];
  #publishing = Promise.resolve();
  #disconnects = 0;
  #deliveredTwice = 0;
  #worstReceiptMs = 0;
  #worstDeliveryMs = 0;

  private constructor({ port, key }: Target) {
    this.#socket = io(`http://127.0.0.1:${port}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: { token: key, client: crypto.randomUUID() },
    });
  }

  static async start(target: Target): Promise<Witness> {
    const witness = new Witness(target);
    const socket = witness.#socket;
    await new Promise<void>((resolve, reject) => socket.on('connect', resolve).on('connect_error', reject));
    socket.on('disconnect', () => witness.#disconnects++);
    socket.on('grant', (grant: Grant) => void witness.#settling.push(witness.#take(grant)));
    await witness.#request('subscribe', { subscription: 'w', queue: 'database', group: 'witness' });
    witness.#publishing = witness.#publish();
    return witness;
  }

  get published(): number {
    return this.#receipts.size;
  }

  /** Whether it got an error; missing messages are known only after `end`. */
  get isHarmed(): boolean {
    return this.#disconnects > 0 || Object.keys(this.#refused).length > 0;
  }

  /** Stops publishing, waits for the last deliveries and disconnects. */
  async end(): Promise<Observed> {
    this.#stop.abort();
    await this.#publishing;
    const isMissing = (id: string): boolean => !this.#delivered.has(id);
    const end = performance.now() + LAST_DELIVERY_MS;
    while ([...this.#receipts].some(isMissing) && this.#disconnects === 0 && performance.now() < end) {
      await setTimeout(LOOK_MS);
    }
    await Promise.all(this.#settling);
    const disconnects = this.#disconnects;
    this.#socket.disconnect();
    return {
      published: this.published,
      refused: this.#refused,
      disconnects,
      missing: [...this.#receipts].filter(isMissing).length,
      deliveredTwice: this.#deliveredTwice,
      worstReceiptMs: this.#worstReceiptMs,
      worstDeliveryMs: this.#worstDeliveryMs,
    };
  }

  async #publish(): Promise<void> {
    for (let n = 0; !this.#stop.signal.aborted && this.#disconnects === 0; n++) {
      const id = String(n);
      const began = performance.now();
      this.#publishedAt.set(id, began);
      const payload = { model: 'witness', id, count: 1 };
      if (await this.#request('publish', 'database', { event: 'read', payload })) this.#receipts.add(id);
      const ms = performance.now() - began;
      this.receiptsMs.push(ms);
      this.#worstReceiptMs = Math.max(this.#worstReceiptMs, Math.round(ms));
      await setTimeout(PAUSE_MS);
    }
  }

  async #take({ token, messages }: Grant): Promise<void> {
    for (const { payload } of messages) {
      if (this.#delivered.has(payload.id)) this.#deliveredTwice++;
      this.#delivered.add(payload.id);
      const way = performance.now() - (this.#publishedAt.get(payload.id) ?? 0);
      this.deliveriesMs.push(way);
      this.#worstDeliveryMs = Math.max(this.#worstDeliveryMs, Math.round(way));
    }
    await this.#request('settle', 'w', [{ token, outcome: { kind: 'ack' } }]);
  }

  /** Returns whether it was granted. */
  async #request(event: string, ...args: readonly unknown[]): Promise<boolean> {
    const answer: unknown = await this.#socket
      .timeout(RECEIPT_TIMEOUT_MS)
      .emitWithAck(event, ...args)
      .catch(() => undefined);
    // Safe: every answer of the server is a result.
    const result = answer as { readonly ok: boolean; readonly error?: { readonly code: string } } | undefined;
    if (result?.ok === true) return true;
    const code = `${event}: ${result?.error?.code ?? 'no answer'}`;
    this.#refused[code] = (this.#refused[code] ?? 0) + 1;
    return false;
  }
}

/** The fields of a grant that are read; the queue has no other messages. */
interface Grant {
  readonly token: number;
  readonly messages: readonly { readonly payload: { readonly id: string } }[];
}

import { newId } from '@typed-queue/contracts';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { MAX_SILENT_TICKS, NatsTunnel, type NatsTunnelOptions } from './nats-tunnel.js';
import { HEADER_BYTES } from './packet.js';

/** An end that has nothing to say for as long says that it lives. */
const TICK_MS = 1_000;
const SILENCE_MS = MAX_SILENT_TICKS * TICK_MS;
/** The status of a message in place of an answer. */
const NO_RESPONDERS = 503;
/** As NATS limits messages by default. */
const MAX_PAYLOAD_BYTES = 1024 * 1024;

/** A tunnel, and the subject where its messages arrive. */
export interface HeardTunnel {
  readonly tunnel: NatsTunnel;
  readonly subject: string;
}

/** All ends of tunnels over one connection to NATS, which share a subscription. */
export class ConnectionTunnels {
  static readonly #all = new WeakMap<NatsConnection, ConnectionTunnels>();

  static of(connection: NatsConnection): ConnectionTunnels {
    const known = this.#all.get(connection);
    if (known !== undefined) return known;
    const made = new ConnectionTunnels(connection);
    this.#all.set(connection, made);
    return made;
  }

  readonly #connection: NatsConnection;
  readonly #inbox = `_INBOX.${newId()}`;
  readonly #tunnels = new Map<string, NatsTunnel>();
  #made = 0;
  #connected = new AbortController();
  #ticks: NodeJS.Timeout | undefined;
  #tickedAt = -Infinity;

  private constructor(connection: NatsConnection) {
    this.#connection = connection;
    connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.#received(message);
        else this.#lost(error);
      },
    });
    void this.#watch();
  }

  /** How many are open, or being opened. */
  get size(): number {
    return this.#tunnels.size;
  }

  /** Aborted when NATS is disconnected: what was sent may be lost, and is not sent later. */
  get connected(): AbortSignal {
    return this.#connected.signal;
  }

  /** Makes an end, which hears from here on. */
  add(options: Pick<NatsTunnelOptions, 'origin' | 'onOpened'>): HeardTunnel {
    const subject = `${this.#inbox}.${++this.#made}`;
    const { max_payload: maxPayload = MAX_PAYLOAD_BYTES } = this.#connection.info ?? {};
    const tunnel = new NatsTunnel({
      ...options,
      publish: (to, bytes, asks) =>
        this.#connection.publish(to, bytes, asks ? { reply: subject } : undefined),
      onGone: () => this.#remove(subject),
      maxChunkBytes: maxPayload - HEADER_BYTES,
    });
    this.#tunnels.set(subject, tunnel);
    if (this.#ticks === undefined) this.#tickedAt = performance.now();
    this.#ticks ??= setInterval(() => this.#tick(), TICK_MS).unref();
    return { tunnel, subject };
  }

  #received({ subject, data, headers }: Msg): void {
    this.#breakAfterPause();
    const tunnel = this.#tunnels.get(subject);
    if (headers?.code === NO_RESPONDERS) tunnel?.noResponders();
    else tunnel?.receive(data);
  }

  /**
   * What waited while this process did not run, as when it was frozen, is no longer true: the other ends have given
   * up, and what they granted is others' by now. Called by whatever comes first afterwards, a message or a tick.
   */
  #breakAfterPause(): void {
    if (performance.now() - this.#tickedAt > SILENCE_MS)
      this.#lost(new Error('this server did not run for a while'));
  }

  #remove(subject: string): void {
    this.#tunnels.delete(subject);
    if (this.#tunnels.size > 0) return;
    clearInterval(this.#ticks);
    this.#ticks = undefined;
  }

  #tick(): void {
    this.#breakAfterPause();
    this.#tickedAt = performance.now();
    for (const tunnel of this.#tunnels.values()) tunnel.tick();
  }

  #lost(cause: unknown): void {
    for (const tunnel of this.#tunnels.values()) tunnel.lost(cause);
  }

  async #watch(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type === 'disconnect') this.#disconnected(new Error(`it was connected to ${status.server}`));
      if (status.type === 'reconnect') this.#connected = new AbortController();
    }
    this.#disconnected(new Error('it is closed'));
  }

  #disconnected(cause: Error): void {
    this.#connected.abort(cause);
    this.#lost(cause);
  }
}

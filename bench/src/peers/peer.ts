import type { Product } from '../product.js';

/**
 * What a peer can do: a durable `group` that acknowledges each message, several groups that each get every message
 * (`fan-out`), subscribers that get what is published while they are connected (`live`), a REST API that publishes its
 * writes (`api`). A peer of calls (`call`) has callers for publishers, which are acknowledged by the answer, and a responder for
 * a subscriber.
 */
export type Ability = 'group' | 'fan-out' | 'live' | 'api' | 'call';

/** What exists before the first message: every queue has every group. */
export interface Layout {
  readonly queues: readonly string[];
  /** None: the subscribers are live. */
  readonly groups: readonly string[];
}

/** Where a broker runs. */
export interface Site extends Layout {
  /** Exists, and is empty. */
  readonly folder: string;
  readonly port: number;
  /** The Node that runs brokers written for Node. */
  readonly node: string;
}

export interface Broker {
  /** CPU time and memory are those of these processes and all below them. */
  readonly pids: readonly number[];
  /** Where clients connect, in turn. Default: the port of the site. */
  readonly ports?: readonly number[];
  stop(): Promise<void>;
}

/** One connection that publishes to one queue. */
export interface Publisher {
  /** Calls `acknowledged` when the broker has confirmed the message. */
  publish(product: Product, acknowledged: () => void): void;
}

export interface Subscriber {
  /** Resolves when the broker has every acknowledgement. */
  close(): Promise<void>;
}

/** Which queue, of the broker at a port. */
export interface PublisherOptions {
  readonly port: number;
  readonly queue: string;
}

export interface SubscriberOptions extends PublisherOptions {
  /** Undefined: a live subscriber. */
  readonly group: string | undefined;
}

/** A message broker with its best client for Node. */
export interface Peer {
  /** As `--peers` names it. */
  readonly name: string;
  readonly title: string;
  /** What has happened to a message when its publisher gets the acknowledgement. */
  readonly acknowledges: string;
  readonly abilities: readonly Ability[];
  /** Of broker and client library. Undefined: the broker is not installed. */
  version(): Promise<string | undefined>;
  /** Resolves when the broker takes connections. */
  start(site: Site): Promise<Broker>;
  /** Makes what clients do not make themselves. */
  prepare?(port: number, layout: Layout): Promise<void>;
  publisher(options: PublisherOptions): Promise<Publisher>;
  /** Each message is acknowledged when `handle` returns. */
  subscriber(options: SubscriberOptions, handle: (product: Product) => void): Promise<Subscriber>;
}

/** How a publisher publishes. */
export type Pace =
  /** Without waiting for one another, at most `size` without acknowledgement. */
  | { readonly kind: 'window'; readonly size: number }
  /** This many publishers, each of which awaits every acknowledgement. */
  | { readonly kind: 'awaiting'; readonly publishers: number }
  | { readonly kind: 'paced'; readonly perSecond: number };

/** What a worker is started for; its only argument, as JSON. */
export type Task =
  | {
      readonly role: 'publisher';
      readonly peer: string;
      /** Connections go to them in turn. */
      readonly ports: readonly number[];
      /** Messages go to them in turn; each has a connection of its own. */
      readonly queues: readonly string[];
      readonly pace: Pace;
    }
  | {
      readonly role: 'subscriber';
      readonly peer: string;
      /** Connections go to them in turn. */
      readonly ports: readonly number[];
      readonly queues: readonly string[];
      /** Each has a connection of its own to each queue. */
      readonly groups: readonly string[];
      /** They are live subscribers instead of durable groups. */
      readonly live: boolean;
      /** The bench hears how far the slowest is. Default: false. */
      readonly tellsProgress?: boolean;
      /** The delivery at which the warm-up ends. Default: the first. */
      readonly warmAt?: number;
    };

/** What the bench asks a worker; each has one answer. */
export type Request =
  | { readonly kind: 'sample' }
  /** The sample at the delivery that the task names. */
  | { readonly kind: 'warm' }
  /** Publish until `stop`, or `limit` messages. Answered when the last is acknowledged. */
  | { readonly kind: 'publish'; readonly limit?: number }
  | { readonly kind: 'stop' }
  /** How many messages every subscriber has: the publisher does not run further ahead than its window. */
  | { readonly kind: 'delivered'; readonly count: number }
  /** Wait for `published` messages in every group, close, and verify. */
  | { readonly kind: 'finish'; readonly published: number };

/** What a worker has done so far. */
export interface Sample {
  readonly at: number;
  readonly cpuMs: number;
  /** Acknowledged messages of a publisher, deliveries to a subscriber. */
  readonly count: number;
}

export interface Published {
  readonly published: number;
  /** When each was published, by number. Empty unless paced. */
  readonly times: readonly number[];
}

export interface Verified {
  readonly lost: number;
  readonly duplicates: number;
  /** When each arrived at the first group, by number. */
  readonly times: readonly number[];
}

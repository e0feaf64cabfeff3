import type { Pace } from '../workers/protocol.js';

/** What a run does. */
export type Workload =
  /** Publisher and subscribers at once. */
  | {
      readonly kind: 'flow';
      readonly pace: Pace;
      /** How many get every message; 0 only publishes. */
      readonly groups: number;
      /** Subscribers without a durable position. */
      readonly live: boolean;
      /** The window of the publisher counts from the slowest subscriber: no backlog grows. */
      readonly inStep: boolean;
      /** Some of them are used: at most 10. */
      readonly queues: number;
      /** Publishers are callers, and the only subscriber answers; callers verify the answers. */
      readonly calls: boolean;
    }
  /** A backlog is stored, and then a group consumes it. */
  | { readonly kind: 'backlog'; readonly times: number }
  /** The broker starts. */
  | { readonly kind: 'start' }
  | { readonly kind: 'connections'; readonly count: number }
  /** Writes of a REST API, whose events are published. */
  | { readonly kind: 'api-writes' };

/** How long and how much. */
export interface Scale {
  /** Of each flow, after the warm-up. */
  readonly seconds: number;
  /** What is not counted at the start of each process, in bulk. */
  readonly warmUpSeconds: number;
  /** Of a backlog. */
  readonly messages: number;
}

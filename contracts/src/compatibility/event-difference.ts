import type { Rule } from './rules.js';
import type { Verdict } from './schema-comparison.js';

/** An event whose schema differs between a client's contract and the server's. */
export interface EventDifference {
  readonly event: string;
  /**
   * What the client can do with the event. `readable`: read what the server accepts, tolerating fields that its schema
   * does not name, or by an upcast. `writable`: publish what its schema allows. `both`, `neither`, or `unknown`: JSON
   * Schema cannot say. An event that only the server has is `writable`, one that only the client has `readable`.
   */
  readonly verdict: Verdict;
  /** JSON pointer into the schemas: the first difference that matters. */
  readonly pointer?: string;
  readonly rule?: Rule;
}

/**
 * Whether the server accepts what the client cannot read, of an event that both have. One that only one side has is
 * normal during an upgrade.
 */
export const isClash = ({ verdict, rule }: Pick<EventDifference, 'verdict' | 'rule'>): boolean =>
  (verdict === 'neither' || verdict === 'writable') && rule !== 'event-removed';

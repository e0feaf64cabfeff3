import type { Range } from '../position.js';

/** What a handler says of a message, or of all that stands under a lease. */
export type Outcome =
  /** Done: the message never goes to this group again. */
  | { readonly kind: 'ack' }
  /** Failed: counts one failure; goes out again after the delay (default: the group's back-off). */
  | {
      readonly kind: 'retry';
      readonly delayMs?: number;
      readonly reason?: string;
      /** The code of the dead letter, if this was the last attempt. Default: `attempts_exhausted`. */
      readonly code?: 'contract_mismatch';
    }
  /** It can never be handled: goes to the group's dead letters, whatever the number of attempts. */
  | { readonly kind: 'dead-letter'; readonly reason?: string; readonly code?: 'contract_mismatch' }
  /** Not handled, and nobody's fault (a shutdown): goes out again at once, uncounted. */
  | { readonly kind: 'release' }
  /** Still at work: the deadline moves on by a whole lease, for everything unsettled under the token. */
  | { readonly kind: 'extend' };

/** An outcome for messages of one grant. Without `ranges` it is said of everything unsettled under the token. */
export interface Settlement {
  readonly token: number;
  readonly outcome: Outcome;
  readonly ranges?: readonly Range[];
}

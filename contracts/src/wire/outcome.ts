import type { AnyFailure } from '../failures.js';
import type { Range } from '../position.js';

/** What a handler says of a message, or of all messages under a lease. */
export type Outcome =
  /** Done: the message is never delivered to this group again. */
  | { readonly kind: 'ack' }
  /** Failed: counts one failure; delivered again after the delay (default: the group's back-off). */
  | {
      readonly kind: 'retry';
      readonly delayMs?: number | undefined;
      readonly reason?: string | undefined;
      /** The code of the dead letter, if this was the last attempt. Default: `attempts_exhausted`. */
      readonly code?: 'contract_mismatch' | undefined;
      /** What the contract declares for the event of the message. Servers of older builds ignore it. */
      readonly failure?: AnyFailure | undefined;
    }
  /** It can never be handled: dead-lettered, whatever the number of attempts. */
  | {
      readonly kind: 'dead-letter';
      readonly reason?: string | undefined;
      readonly code?: 'contract_mismatch' | undefined;
      /** What the contract declares for the event of the message. Servers of older builds ignore it. */
      readonly failure?: AnyFailure | undefined;
    }
  /** Not handled, without a failure (a shutdown): delivered again at once, uncounted. */
  | { readonly kind: 'release' }
  /** Still at work: extends the lease of everything unsettled under the token by its whole time. */
  | { readonly kind: 'extend' };

/** An outcome for messages of one grant. Without `ranges`: for everything unsettled under the token. */
export interface Settlement {
  readonly token: number;
  readonly outcome: Outcome;
  readonly ranges?: readonly Range[] | undefined;
}

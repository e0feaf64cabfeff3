import type { Range } from '@typed-queue/contracts';
import type { Outcome } from '@typed-queue/contracts/wire';
import type { Run } from './delivery-runs.js';
import type { DeliveryEvent } from './delivery.js';
import type { NotedFailure } from './failure-history.js';
import type { GroupPolicy } from './group-policy.js';
import { shownMember } from './member-id.js';

/** Messages that were under a token and are taken back. */
export interface Returned {
  readonly member: string;
  readonly token: number;
  readonly ranges: readonly Range[];
  /** Its lease ended: the member gave no sign of life. Default: they are taken back for another reason. */
  readonly leaseEnded?: boolean;
}

/** What a change did: the messages in their new state, and why they failed, to be written down. */
export interface Change {
  readonly changed: readonly Run[];
  readonly failures: readonly NotedFailure[];
  /** Messages that did not stand under the token. */
  readonly lost: readonly Range[];
  /** Later messages of the keys of those that came back. */
  readonly returned: readonly Returned[];
}

export const UNCHANGED: Change = { changed: [], failures: [], lost: [], returned: [] };

export interface TokenOutcome {
  readonly token: number;
  readonly member: string;
  readonly outcome: Outcome;
  /** Default: everything unsettled under the token. */
  readonly ranges?: readonly Range[] | undefined;
  /** At most so many ranges are listed as lost. Default: all. */
  readonly maxLost?: number | undefined;
}

type Final = Exclude<Outcome, { kind: 'extend' }>;

/** What an outcome means for each of its messages. */
export const eventOf = (outcome: Final, policy: GroupPolicy, now: number): DeliveryEvent => {
  switch (outcome.kind) {
    case 'ack':
      return { kind: 'acked' };
    case 'release':
      return { kind: 'released' };
    case 'dead-letter':
      return { kind: 'rejected' };
    case 'retry': {
      const delayMs = (failures: number): number => outcome.delayMs ?? policy.backOff(failures);
      return { kind: 'failed', now, delayMs, maxAttempts: policy.maxAttempts };
    }
    default:
      return outcome satisfies never;
  }
};

/** What an outcome adds to the history of its messages. */
export const failureOf = (
  outcome: Final,
  member: string,
  time: number,
): Pick<NotedFailure, 'failure' | 'code'> | undefined => {
  switch (outcome.kind) {
    case 'ack':
    case 'release':
      return undefined;
    case 'retry':
      return {
        failure: { time, kind: 'failed', reason: outcome.reason ?? '', member: shownMember(member) },
        ...(outcome.code && { code: outcome.code }),
      };
    case 'dead-letter':
      return {
        failure: { time, kind: 'rejected', reason: outcome.reason ?? '', member: shownMember(member) },
        code: outcome.code ?? 'rejected',
      };
    default:
      return outcome satisfies never;
  }
};

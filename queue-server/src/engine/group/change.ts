import type { Failure, Range } from '@typed-queue/contracts';
import type { Outcome } from '@typed-queue/contracts/wire';
import type { Returned } from '../claim.js';
import type { Run } from './state-runs.js';
import type { MessageEvent } from './message-transitions.js';
import type { FailureRecord } from './failure-history.js';
import type { GroupPolicy } from './policy.js';
import { shownMember } from './member-id.js';

/** What a change did, to be recorded and reported. */
export interface Change {
  /** Messages in their new state. */
  readonly changed: readonly Run[];
  readonly failures: readonly FailureRecord[];
  /** Messages that are not leased under the token. */
  readonly refused: readonly Range[];
  /** Later messages of the ordering keys of those that were returned. */
  readonly returned: readonly Returned[];
  /** The same in their new state. */
  readonly takenBack: readonly Run[];
}

export const UNCHANGED: Change = { changed: [], failures: [], refused: [], returned: [], takenBack: [] };

/** Two changes of different messages, of which the other one alone has failures. */
export const both = (one: Change, other: Change): Change => ({
  ...other,
  changed: [...one.changed, ...other.changed].sort((a, b) => a.from - b.from),
  returned: [...one.returned, ...other.returned],
  takenBack: [...one.takenBack, ...other.takenBack],
});

type Final = Exclude<Outcome, { kind: 'extend' }>;

/** What an outcome means for each of its messages. */
export const eventOf = (outcome: Final, policy: GroupPolicy, now: number): MessageEvent => {
  switch (outcome.kind) {
    case 'ack':
      return { kind: 'acked' };
    case 'release':
      return { kind: 'released' };
    case 'dead-letter':
      return { kind: 'rejected' };
    case 'retry': {
      const delayMs = (failures: number): number => outcome.delayMs ?? policy.retryDelayMs(failures);
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
): Pick<FailureRecord, 'failure' | 'code'> | undefined => {
  switch (outcome.kind) {
    case 'ack':
    case 'release':
      return undefined;
    case 'retry':
      return {
        failure: { time, kind: 'failed', ...causeOf(outcome), member: shownMember(member) },
        ...(outcome.code && { code: outcome.code }),
      };
    case 'dead-letter':
      return {
        failure: { time, kind: 'rejected', ...causeOf(outcome), member: shownMember(member) },
        code: outcome.code ?? 'rejected',
      };
    default:
      return outcome satisfies never;
  }
};

const causeOf = ({
  reason = '',
  failure,
}: Final & { kind: 'retry' | 'dead-letter' }): Pick<Failure, 'reason' | 'code' | 'data'> => ({
  reason,
  ...(failure && { code: failure.code }),
  ...(failure?.data !== undefined && { data: failure.data }),
});

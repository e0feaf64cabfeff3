import { expect, it } from '@jest/globals';
import type { MessageInGroup } from '@typed-queue/contracts';
import { OUTCOMES, outcomeText } from './group-outcome.js';

const leased = { kind: 'leased', attempt: 2, client: 'worker', subscription: 's1' } as const;

type Report = MessageInGroup extends infer R
  ? R extends { group: string }
    ? Omit<R, 'group'>
    : never
  : never;

const reports: readonly (readonly [Report, string])[] = [
  [{ kind: 'settled' }, 'settled: Acked'],
  [{ kind: 'waiting', attempt: 1 }, 'waiting: for a member that is free, attempt 1'],
  [
    { kind: 'waiting', attempt: 1, for: 'ordering-key' },
    'waiting: for an earlier message of its ordering key',
  ],
  [{ ...leased, sinceMs: 61_000 }, 'in flight: worker/s1 has it for 1 min 1 s, attempt 2'],
  [{ ...leased, sinceMs: null }, 'in flight: worker/s1 has it, attempt 2'],
  [{ kind: 'retrying', attempt: 3, at: 70_000 }, 'retrying: attempt 3 in 1 min'],
  [{ kind: 'retrying', attempt: 3, at: 5_000 }, 'retrying: attempt 3 5 s ago'],
  [{ kind: 'dead', position: 7 }, 'dead: Dead letter 7.'],
  [{ kind: 'dead', position: null }, 'dead: Its dead letter is being stored.'],
  [{ kind: 'passed-over' }, 'passed over: No member knows its event.'],
  [{ kind: 'gone' }, 'gone: The log lost it'],
];

it.each(reports)('%j', (report, expected) => {
  const text = outcomeText({ ...report, group: 'billing' }, 10_000);
  expect(`${OUTCOMES[report.kind].name}: ${text}`).toContain(expected);
});

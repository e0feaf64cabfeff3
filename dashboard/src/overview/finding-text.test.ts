import { expect, it } from '@jest/globals';
import type { Finding } from '@typed-queue/contracts';
import { findingText } from './finding-text.js';

const group = { queue: 'orders', group: 'billing' };
const member = { ...group, client: 'worker', subscription: 's', held: 1 };

const texts: readonly (readonly [Finding, string])[] = [
  [{ kind: 'storage-fault', code: 'storage_full' }, 'Nothing can be stored: storage_full.'],
  [
    { kind: 'storage-fault', code: 'storage_full', queue: 'orders' },
    'Nothing can be stored in orders: storage_full.',
  ],
  [
    { kind: 'unreachable', queue: 'orders', code: 'storage_unavailable', message: 'No server has it.' },
    'No server has it.',
  ],
  [
    { kind: 'stalled', depth: 5, ...group },
    'Stalled: 5 messages are not settled, and the group gets nothing new.',
  ],
  [{ kind: 'no-members', depth: 2, ...group }, 'Nobody is there: 2 messages wait.'],
  [
    { kind: 'falling-behind', before: 1, depth: 90, overMs: 300_000, ...group },
    'Falls behind: from 1 message to 90 messages in 5 min.',
  ],
  [
    { kind: 'silent-member', silentMs: 61_000, ...member },
    'worker/s was not heard for 1 min 1 s, and holds 1 message.',
  ],
  [{ kind: 'hoarding-member', heldMs: 45_000, ...member }, 'worker/s holds 1 message, the oldest for 45 s.'],
  [
    { kind: 'dead-letters', letters: 1, code: 'rejected', ...group },
    '1 new dead letter in the last hour: rejected.',
  ],
  [
    { kind: 'contract-clash', queue: 'orders', clients: 2 },
    '2 clients cannot read all of its messages: the contracts differ.',
  ],
  [{ kind: 'paused', depth: 1, ...group }, 'Paused: 1 message waits.'],
  [{ kind: 'no-members', depth: 1, ...group }, 'Nobody is there: 1 message waits.'],
  [
    { kind: 'stalled', depth: 1, ...group },
    'Stalled: 1 message is not settled, and the group gets nothing new.',
  ],
  [{ kind: 'paused', depth: 3, ...group }, 'Paused: 3 messages wait.'],
];

it.each(texts)('%j is said in words', (finding, text) => {
  expect(findingText(finding)).toBe(text);
});

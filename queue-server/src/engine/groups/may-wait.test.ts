import { beforeEach, expect, it } from '@jest/globals';
import { frameOf } from '../frames.fixture.js';
import type { GroupHandle } from '../engine.js';
import { policyOf } from '../group/policy.js';
import { LocalEngine } from '../local-engine.js';
import { rulesOf } from '../local-options.js';
import { MemoryDeadLetters } from '../memory/memory-dead-letters.js';
import { MemoryLog } from '../memory/memory-log.js';
import type { GroupRecord, GroupRecords } from './group-records.js';
import { GroupRegistry } from './registry.js';

const MAX_UNSETTLED = 4;
const ACK = { kind: 'ack' } as const;

/** What was recorded, and whether it may wait. */
let recorded: { readonly kind: GroupRecord['kind']; readonly mayWait: boolean }[];
let group: GroupHandle;

const records: GroupRecords = {
  write: async ({ kind }, { mayWait = false } = {}) => void recorded.push({ kind, mayWait }),
  durable: async () => undefined,
  fault: () => undefined,
  close: async () => undefined,
};

beforeEach(async () => {
  recorded = [];
  const queues = [{ name: 'files', retention: {} }];
  const rules = rulesOf({ queues, maxUnsettled: MAX_UNSETTLED });
  const engine = new LocalEngine({
    queues: [
      {
        name: 'files',
        log: new MemoryLog({ ...rules, retention: {} }),
        deadLetters: new MemoryDeadLetters(),
        letterBounds: undefined,
      },
    ],
    durability: 'memory',
    registry: new GroupRegistry((settings) => policyOf(settings, rules), rules),
    records,
    rules,
    firstToken: 1,
    release: async () => undefined,
  });
  await engine.queue('files').append(frameOf([1, 2, 3, 4, 5]));
  group = engine.group('files', 'logger');
  await group.open({ start: 'start' });
});

/** Claims messages, settles the first of them, and returns the last record. */
const settledOf = async (messages: number, mayWait: boolean) => {
  const claimed = await group.claim({ member: 'a', maxMessages: messages, maxBytes: 1_000_000 });
  if (typeof claimed === 'string') throw new Error(claimed);
  await group.settle({ member: 'a', token: claimed.token, outcome: ACK, ranges: [[1, 1]], mayWait });
  return recorded.at(-1);
};

it('the record of a new group does not wait', () => {
  expect(recorded).toEqual([{ kind: 'group', mayWait: false }]);
});

it('the record of a claim waits for others', async () => {
  await group.claim({ member: 'a', maxMessages: 1, maxBytes: 1_000_000 });
  expect(recorded.at(-1)).toEqual({ kind: 'changes', mayWait: true });
});

it('an outcome waits for others if it may', async () => {
  expect(await settledOf(MAX_UNSETTLED - 1, true)).toEqual({ kind: 'changes', mayWait: true });
});

it('an outcome does not wait if it may not', async () => {
  expect(await settledOf(MAX_UNSETTLED - 1, false)).toEqual({ kind: 'changes', mayWait: false });
});

it('an outcome does not wait while its group can be granted no more', async () => {
  expect(await settledOf(MAX_UNSETTLED, true)).toEqual({ kind: 'changes', mayWait: false });
});

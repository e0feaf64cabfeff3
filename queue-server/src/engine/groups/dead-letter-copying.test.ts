import { expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { Time } from '../conformance/time.fixture.js';
import { frameOf, stored } from '../frames.fixture.js';
import { Group } from '../group/group.js';
import { DeadLetterCopying } from './dead-letter-copying.js';
import type { NewLetter } from './dead-letters.js';

it('copies no message before it is durable that its group gave it up: a crash would have it twice', async () => {
  const time = new Time();
  const state = new Group(1, { leaseMs: 1_000, maxUnsettled: 10, maxAttempts: 1, retryDelayMs: () => 0 });
  state.claim([[1, 1]], { token: 1, member: 'm' }, 0);
  state.expire(1_000);
  let flush = (): void => undefined;
  const durable = new Promise<void>((resolve) => (flush = resolve));
  const added: NewLetter[] = [];
  const copying = new DeadLetterCopying({
    queue: 'files',
    group: 'g',
    state,
    log: {
      head: () => ({ epoch: 'one', firstSeq: 1, lastSeq: 1, bytes: 0 }),
      read: async () => [{ kind: 'frame', frame: stored(frameOf([1]), 1) }],
    },
    deadLetters: { add: async (letters) => void added.push(...letters) },
    records: { durable: () => durable },
    redrives: { of: () => [], isEdited: () => false, replaced: () => undefined },
    rules: { now: () => time.now, wallNow: () => time.now, after: time.after, onError: () => undefined },
    onDeadLettered: () => undefined,
  });
  const done = copying.run();
  for (let turns = 0; turns < 10; turns++) await turn();
  expect(added).toEqual([]);
  flush();
  await done;
  expect(added).toMatchObject([{ seq: 1, code: 'attempts_exhausted' }]);
  expect(state.floor).toBe(2);
});

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { newId, type DeadLetter } from '@typed-queue/contracts';
import { encodeFrame, NIL_UUID } from '@typed-queue/contracts/wire';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { frameOf } from '../frames.fixture.js';
import { openJournal } from '../journal/open-journal.js';
import { openDiskEngine } from './open-disk-engine.js';

const QUEUE = 'files';
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'earlier-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** Writes a folder like a server without redriving: letters without ids of their own, groups without letters. */
const writeEarlier = async (...more: readonly { readonly kind: string }[]): Promise<void> => {
  const log = await openJournal({ dir: join(dir, 'queues', QUEUE) });
  await log.append(frameOf([1, 2, 3])).durable;
  const { epoch } = log;
  await log.close();
  const letters = await openJournal({ dir: join(dir, 'dead-letters', QUEUE) });
  const drafts = [1, 2].map((seq) => {
    const letter: Omit<DeadLetter, 'position'> = {
      group: 'g',
      time: 1,
      code: 'rejected',
      reason: 'never',
      epoch,
      seq,
      handouts: 1,
      failures: [{ time: 1, kind: 'rejected', reason: 'never', member: 'c/s' }],
      message: {
        id: newId(),
        queue: QUEUE,
        event: 'said',
        headers: {},
        seq,
        time: 1,
        payload: { number: seq, text: '' },
      },
    };
    return { id: newId(), event: 'g', payload: JSON.stringify(letter) };
  });
  await letters.append(encodeFrame(drafts)).durable;
  await letters.close();
  const groups = await openJournal({ dir: join(dir, 'groups') });
  const records = [
    { kind: 'start', boot: 1 },
    { kind: 'group', queue: QUEUE, group: 'g', epoch, floor: 1, runs: [], settings: {}, paused: false },
    {
      kind: 'changes',
      queue: QUEUE,
      group: 'g',
      runs: [{ from: 1, to: 2, delivery: { kind: 'settled' } }],
    },
    ...more,
  ];
  await groups.append(
    encodeFrame(
      records.map((record) => ({ id: NIL_UUID, event: record.kind, payload: JSON.stringify(record) })),
    ),
  ).durable;
  await groups.close();
};

it('opens the groups and dead letters of an earlier version, which are redriven and discarded like new ones', async () => {
  await writeEarlier();
  const queues = [{ name: QUEUE, retention: {} }];
  const engine = await openDiskEngine({ dir, queues });
  expect(engine.queue(QUEUE).groups.list()).toMatchObject([{ group: 'g', floor: 3, deadLetters: 2 }]);
  const { letters } = await engine.queue(QUEUE).deadLetters.list({});
  expect(letters).toMatchObject([
    { position: 1, seq: 1 },
    { position: 2, seq: 2 },
  ]);
  expect(await engine.queue(QUEUE).deadLetters.discard([1])).toBe(1);
  expect(await engine.queue(QUEUE).deadLetters.redrive(letters.slice(1))).toEqual({
    redriven: 1,
    refused: [],
  });
  await engine.close();
  const again = await openDiskEngine({ dir, queues });
  expect(again.queue(QUEUE).groups.list()).toMatchObject([
    { group: 'g', floor: 2, unsettled: 1, deadLetters: 0 },
  ]);
  await again.close();
});

it.each([
  ['contract_mismatch', { code: 'contract_mismatch' }],
  ['attempts_exhausted', {}],
])('gives up what an earlier version had given up, but not stored, as %s', async (code, why) => {
  const failure = { time: 1, kind: 'failed', reason: 'no', member: 'c/s' };
  const delivery = { kind: 'condemned', failures: 1, handouts: 1, alone: false };
  const died = {
    kind: 'changes',
    queue: QUEUE,
    group: 'g',
    runs: [{ from: 3, to: 3, delivery }],
    failures: [{ from: 3, to: 3, failure, ...why }],
  };
  await writeEarlier(died);
  const engine = await openDiskEngine({ dir, queues: [{ name: QUEUE, retention: {} }] });
  await engine.group(QUEUE, 'g').open({ start: 'start' });
  const { deadLetters } = engine.queue(QUEUE);
  while (deadLetters.status().letters < 3) await setImmediate();
  const [letter] = (await deadLetters.list({ seq: 3 })).letters;
  expect(letter).toMatchObject({ code, reason: 'no', failures: [failure] });
  expect(letter).not.toHaveProperty('data');
  await engine.close();
});

it('continues with redriven messages from the log when the folder of their letters was removed', async () => {
  await writeEarlier();
  const queues = [{ name: QUEUE, retention: {} }];
  const engine = await openDiskEngine({ dir, queues });
  await engine.queue(QUEUE).deadLetters.redrive((await engine.queue(QUEUE).deadLetters.list({})).letters);
  await engine.close();
  await rm(join(dir, 'dead-letters'), { recursive: true });
  const again = await openDiskEngine({ dir, queues });
  const claim = { member: 'm', maxMessages: 1, maxBytes: 1024 };
  const claimed = await again.group(QUEUE, 'g').claim(claim);
  if (typeof claimed === 'string') throw new Error('nothing was ready');
  expect(claimed.frames).toMatchObject([{ firstSeq: 1 }]);
  const given = { member: 'm', token: claimed.token, outcome: { kind: 'dead-letter' } } as const;
  await (
    await again.group(QUEUE, 'g').settle(given)
  ).durable;
  await again.close();
  const third = await openDiskEngine({ dir, queues });
  expect((await third.queue(QUEUE).deadLetters.list({})).letters).toMatchObject([{ position: 1, seq: 1 }]);
  expect(third.queue(QUEUE).groups.list()).toMatchObject([{ floor: 2, unsettled: 1, deadLetters: 1 }]);
  await third.close();
});

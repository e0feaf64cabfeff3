import { expect, it } from '@jest/globals';
import { defineQueue, event } from '@typed-queue/contracts';
import type { Settlement } from '@typed-queue/contracts/wire';
import * as z from 'zod';
import type { AnyFail } from '../failures/declared-failure.js';
import { partsOf } from './request-parts.js';
import { openSubscription, request } from './subscription.fixture.js';

const failed = (seq: number): Settlement => ({
  token: 1,
  outcome: { kind: 'dead-letter', reason: 'r', failure: { code: 'lost', data: 'x'.repeat(1_000) } },
  ranges: [[seq, seq]],
});
const failures = (count: number) => Array.from({ length: count }, (_, index) => failed(index + 1));

it('few settlements are one part, none are none', () => {
  expect(partsOf([])).toEqual([]);
  expect(partsOf(failures(500))).toEqual([failures(500)]);
});

it('many settlements are parts that a server takes, in their order', () => {
  const parts = partsOf(failures(6_000));
  expect(parts.map((part) => JSON.stringify(part).length < 2_600_000)).toEqual([true, true, true]);
  expect(parts.flat()).toEqual(failures(6_000));
});

const large = defineQueue('files', {
  events: { save: event(z.number(), { failures: { lost: { retry: false, data: z.string() } } }) },
});

/** A subscription of which 3,000 messages failed, with as much data as may come with a failure. */
const openFailing = () => {
  const opened = openSubscription(
    (_, { fail }) => {
      // Safe: as plain JavaScript calls it.
      throw (fail as AnyFail)('lost', 'x'.repeat(1_000));
    },
    { definition: large, request: { ...request, window: { messages: 10_000 } } },
  );
  opened.join();
  opened.grant({ token: 1, seqs: [1, 3_000] });
  while (opened.server.settles.length === 0) opened.runtime.endTurn();
  return opened;
};

/** How many outcomes each request had. */
const counts = ({ server }: ReturnType<typeof openFailing>): readonly number[] =>
  server.settles.map(({ settlements }) => settlements.length);

it('each part is sent after the answer to the one before', () => {
  const opened = openFailing();
  expect(counts(opened)).toHaveLength(1);
  opened.confirmSettle();
  expect(counts(opened)).toHaveLength(2);
  opened.confirmSettle();
  expect(counts(opened).reduce((sum, count) => sum + count)).toBe(3_000);
});

it('a member that leaves waits for all parts', async () => {
  const opened = openFailing();
  let left = false;
  const leaving = opened.subscription.close().then(() => (left = true));
  opened.confirmSettle();
  await Promise.resolve();
  expect(left).toBe(false);
  opened.confirmSettle();
  await new Promise(setImmediate);
  opened.server.leaves.at(-1)?.answer({ ok: true, value: null });
  await leaving;
  expect(counts(opened).reduce((sum, count) => sum + count)).toBe(3_000);
});

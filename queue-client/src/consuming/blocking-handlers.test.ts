import { describe, expect, it } from '@jest/globals';
import { mergeRanges } from '@typed-queue/contracts/wire';
import { eventLoopIdle } from '../runtime.fixture.js';
import { openSubscription } from './subscription.fixture.js';

const LEASE_MS = 30_000;
const BLOCK_MS = 50;
const MESSAGES = 1_000;

/** Handlers that block the event loop, and a server that answers at once and keeps one lease by the same clock. */
const openBlocking = (result: () => unknown) => {
  const runs = new Map<number, number>();
  /** What the server knew when each handler began. */
  const ackedBefore: unknown[] = [];
  const opened = openSubscription(({ seq }) => {
    runs.set(seq, (runs.get(seq) ?? 0) + 1);
    if (runs.size <= 3) ackedBefore.push(acked());
    opened.runtime.pass(BLOCK_MS);
    return result();
  });
  const { runtime, server } = opened;
  let answered = 0;
  let deadline = LEASE_MS;
  let late = 0;
  const serve = (): void => {
    for (const { settlements, answer } of server.settles.slice(answered)) {
      answered++;
      if (runtime.time.now > deadline) late++;
      if (settlements.some(({ outcome }) => outcome.kind === 'extend'))
        deadline = runtime.time.now + LEASE_MS;
      answer({ ok: true, value: null });
    }
  };
  const round = async (): Promise<void> => {
    await eventLoopIdle();
    runtime.round();
    serve();
  };
  const acked = () =>
    mergeRanges(
      server.settles.flatMap(({ settlements }) =>
        settlements.flatMap(({ outcome, ranges = [] }) => (outcome.kind === 'ack' ? ranges : [])),
      ),
    );
  return { ...opened, runs, round, acked, ackedBefore, late: () => late };
};

const kinds = [
  ['returns nothing', () => undefined],
  ['returns a promise that is settled already', () => Promise.resolve()],
] as const;

describe.each(kinds)('a handler that blocks the event loop and %s', (_, result) => {
  it('runs once for each of 1,000 messages of one window, which take longer than their lease', async () => {
    const { join, grant, runs, round, acked, late, events } = openBlocking(result);
    join();
    grant({ token: 1, seqs: [1, MESSAGES] });
    for (let rounds = 0; rounds <= 2 * MESSAGES + 10; rounds++) await round();
    expect(acked()).toEqual([[1, MESSAGES]]);
    expect([...runs.values()].filter((times) => times !== 1)).toEqual([]);
    expect(late()).toBe(0);
    expect(events).toEqual([]);
  });

  it('lets its outcome leave before the next one begins', async () => {
    const { join, grant, round, ackedBefore } = openBlocking(result);
    join();
    grant({ token: 1, seqs: [1, 3] });
    for (let rounds = 0; rounds < 8; rounds++) await round();
    expect(ackedBefore).toEqual([[], [[1, 1]], [[1, 2]]]);
  });
});

describe('a handler that blocks for longer than its lease', () => {
  it('loses the lease, and no further handler begins under it', async () => {
    const { join, grant, runtime, events } = openSubscription(({ seq }) => {
      if (seq === 1) runtime.pass(60_000);
    });
    join();
    grant({ token: 1, seqs: [1, 3] });
    for (let rounds = 0; rounds < 2; rounds++) {
      await eventLoopIdle();
      runtime.round();
    }
    expect(events).toEqual([['lease:lost', { queue: 'files', group: 'logger', token: 1, ranges: [[2, 3]] }]]);
  });
});

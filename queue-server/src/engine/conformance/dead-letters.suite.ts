import { expect } from '@jest/globals';
import type { DeadLetterQuery } from '@typed-queue/contracts';
import type { Guarantee } from './guarantee.fixture.js';
import { LEASE_MS, MAX_UNSETTLED, OTHER_QUEUE, QUEUE } from './trial.fixture.js';

const retry = { kind: 'retry', delayMs: 0, reason: 'not yet' } as const;
const reject = { kind: 'dead-letter', reason: 'never' } as const;

/** For engines that forget everything at a restart. */
export const LETTERS_KEPT_OVER_A_RESTART = [
  'keeps dead letters, and why they died, over a restart',
  'keeps what was discarded away over a restart, and all others at their positions',
];

export const deadLetters = (guarantee: Guarantee): void => {
  guarantee('stores a copy of a rejected message, and settles it', async (trial) => {
    await trial.append([1, 2, 3]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    await group.settleDurably('a', token, reject, [[2, 2]]);
    await group.ack('a', token);
    expect(await group.floor()).toBe(4);
    const { letters, next } = await trial.deadLetters.list({});
    expect(next).toBeNull();
    expect(letters).toEqual([
      {
        position: 1,
        group: 'g',
        code: 'rejected',
        reason: 'never',
        handouts: 1,
        epoch: trial.engine.queue(QUEUE).head().epoch,
        time: trial.time.now,
        seq: 2,
        message: expect.objectContaining({ queue: QUEUE, seq: 2, payload: { number: 2, text: '' } }),
        failures: [{ time: trial.time.now, kind: 'rejected', reason: 'never', member: 'a' }],
      },
    ]);
  });

  guarantee('gives a message up after its last attempt, with the history of its failures', async (trial) => {
    await trial.append([1]);
    const group = await trial.group({ settings: { maxAttempts: 3 } });
    for (const member of ['a', 'b']) {
      await group.settle(member, (await group.mustClaim(member)).token, retry);
    }
    const { token } = await group.mustClaim('c');
    await group.settle('c', token, { kind: 'release' });
    await group.mustClaim('c');
    trial.time.pass(LEASE_MS);
    await trial.eventually(() => trial.groups[0]?.deadLetters === 1);
    expect(await group.claim('a')).toBeUndefined();
    expect(await group.floor()).toBe(2);
    const [letter] = (await trial.deadLetters.list({ group: 'g' })).letters;
    expect(letter).toMatchObject({ code: 'attempts_exhausted', handouts: 4 });
    expect(letter?.failures.map(({ kind, member }) => `${kind} ${member}`)).toEqual([
      'failed a',
      'failed b',
      'lost c',
    ]);
  });

  guarantee('says when a message no longer matches its contract', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    const outcome = { ...reject, code: 'contract_mismatch' } as const;
    await group.settleDurably('a', (await group.mustClaim('a')).token, outcome);
    const { letters } = await trial.deadLetters.list({});
    expect(letters).toMatchObject([{ code: 'contract_mismatch', reason: 'never' }]);
  });

  guarantee('lists dead letters by queue and group, page by page, the oldest first', async (trial) => {
    await trial.append([1, 2, 3, 4]);
    for (const name of ['g', 'h']) {
      const group = await trial.group({ name });
      await group.settleDurably('a', (await group.mustClaim('a')).token, reject);
    }
    const seqs = async (query: object) => {
      const { letters, next } = await trial.deadLetters.list(query);
      return { seqs: letters.map(({ group, seq }) => `${group}${seq}`), next };
    };
    expect(await seqs({ limit: 3 })).toEqual({ seqs: ['g1', 'g2', 'g3'], next: 3 });
    expect(await seqs({ limit: 3, after: 3 })).toEqual({ seqs: ['g4', 'h1', 'h2'], next: 6 });
    expect(await seqs({ after: 6 })).toEqual({ seqs: ['h3', 'h4'], next: null });
    expect(await seqs({ group: 'h', limit: 4 })).toEqual({ seqs: ['h1', 'h2', 'h3', 'h4'], next: null });
    expect(await trial.engine.queue(OTHER_QUEUE).deadLetters.list({})).toEqual({
      letters: [],
      gaps: [],
      next: null,
    });
    expect(trial.groups.map(({ group, deadLetters: count }) => [group, count])).toEqual([
      ['g', 4],
      ['h', 4],
    ]);
  });

  guarantee('keeps dead letters, and why they died, over a restart', async (trial) => {
    await trial.append([1, 2]);
    const group = await trial.group({ settings: { maxAttempts: 2 } });
    const { token } = await group.mustClaim('a');
    await group.settleDurably('a', token, retry, [[1, 1]]);
    await group.settleDurably('a', token, reject);
    await trial.restart();
    await trial.group();
    const again = await group.mustClaim('b');
    expect(again).toMatchObject({ seqs: [1], attempts: [[1, 1, 2]] });
    await group.settleDurably('b', again.token, retry);
    const { letters } = await trial.deadLetters.list({});
    expect(letters.map(({ seq, failures }) => [seq, failures.length])).toEqual([
      [2, 1],
      [1, 2],
    ]);
    expect(trial.groups[0]).toMatchObject({ floor: 3, deadLetters: 2 });
  });

  guarantee('keeps the history of what it gave up after the log had lost it', async (trial) => {
    await trial.append([1, 2, 3]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    await trial.engine.queue(QUEUE).trim(4);
    await group.settleDurably('a', token, reject);
    expect(await group.floor()).toBe(4);
    const { letters } = await trial.deadLetters.list({});
    expect(letters.map(({ seq, message, reason }) => [seq, message, reason])).toEqual([
      [1, null, 'never'],
      [2, null, 'never'],
      [3, null, 'never'],
    ]);
  });

  guarantee('finds dead letters by code, reason, time and position', async (trial) => {
    await trial.append([1, 2, 3, 4]);
    const group = await trial.group();
    const begun = trial.time.now;
    for (const [reason, code] of [
      ['a timeout', undefined],
      ['no such user', 'contract_mismatch'],
      ['another timeout', undefined],
    ] as const) {
      const { token } = await group.mustClaim('a', { maxMessages: 1 });
      const outcome = { kind: 'dead-letter', reason, ...(code && { code }) } as const;
      await group.settleDurably('a', token, outcome);
      trial.time.now += 1_000;
    }
    const found = async (query: DeadLetterQuery) =>
      (await trial.deadLetters.list(query)).letters.map(({ position }) => position);
    expect(await found({ reason: 'timeout' })).toEqual([1, 3]);
    expect(await found({ kindReason: 'a timeout' })).toEqual([1]);
    expect(await found({ kindReason: '' })).toEqual([]);
    expect(await found({ code: 'contract_mismatch' })).toEqual([2]);
    expect(await found({ since: begun + 1_000 })).toEqual([2, 3]);
    expect(await found({ until: begun + 1_000 })).toEqual([1]);
    expect(await found({ positions: [3, 1, 77], limit: 1 })).toEqual([1]);
    expect(await found({ positions: [3, 1, 77], after: 1 })).toEqual([3]);
    expect(await found({ through: 2 })).toEqual([1, 2]);
    expect(await found({ since: begun + 1_000, reason: 'timeout', group: 'g' })).toEqual([3]);
  });

  guarantee(
    'keeps what was discarded away over a restart, and all others at their positions',
    async (trial) => {
      await trial.append([1, 2, 3]);
      const group = await trial.group();
      await group.settleDurably('a', (await group.mustClaim('a')).token, reject);
      expect(await trial.deadLetters.discard([2])).toBe(1);
      await trial.restart();
      const { letters } = await trial.deadLetters.list({});
      expect(letters.map(({ position, seq }) => [position, seq])).toEqual([
        [1, 1],
        [3, 3],
      ]);
      expect(trial.groups).toMatchObject([{ deadLetters: 2 }]);
    },
  );

  guarantee('counts dead letters and what they take', async (trial) => {
    expect(trial.deadLetters.status()).toEqual({
      letters: 0,
      bytes: 0,
      expired: 0,
      newest: 0,
    });
    await trial.append([1, 2]);
    const group = await trial.group();
    await group.settleDurably('a', (await group.mustClaim('a')).token, reject);
    const { letters, bytes, newest } = trial.deadLetters.status();
    expect([letters, newest]).toEqual([2, 2]);
    expect(bytes).toBeGreaterThan(2 * '{"number":1,"text":""}'.length);
  });

  guarantee('goes on when what it gave up made room for new messages', async (trial) => {
    await trial.append(Array.from({ length: MAX_UNSETTLED + 1 }, (_, index) => index + 1));
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    const before = trial.reported.length;
    await group.settleDurably('a', token, reject);
    expect(trial.reported.slice(before)).toContain('ready files g');
    expect((await group.mustClaim('a')).seqs).toEqual([MAX_UNSETTLED + 1]);
  });
};

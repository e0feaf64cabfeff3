import { expect } from '@jest/globals';
import { DEFAULT_MAX_ATTEMPTS } from '@typed-queue/contracts/wire';
import type { Guarantee } from './guarantee.fixture.js';
import type { TrialGroup } from './trial-group.fixture.js';
import { LEASE_MS, MAX_UNSETTLED } from './trial.fixture.js';

const MESSAGES = 300;
const POISON = 30;

export const LOSSES_KEPT_OVER_A_RESTART = [
  'keeps isolated messages and messages without prefetch over a restart',
];

interface Crashing {
  readonly what: string;
  /** The concurrency of the members. */
  readonly concurrency?: number;
  /** How many ordering keys there are; 0: messages have none. */
  readonly keys: number;
}

/**
 * A member whose handlers take no time and run one after the other: outcomes leave when all that is in hand is
 * handled. It dies at one message. Returns whether it did.
 */
const diesAtPoison = async (group: TrialGroup, member: string, concurrency?: number): Promise<boolean> => {
  for (;;) {
    const hand: { token: number; seqs: readonly number[] }[] = [];
    for (let held = 0; held < MAX_UNSETTLED;) {
      const limits = { maxMessages: MAX_UNSETTLED - held, concurrency };
      const claimed = await group.claim(member, limits);
      if (claimed === undefined) break;
      const seqs = claimed.frames.flatMap(({ firstSeq, count }) =>
        Array.from({ length: count }, (_, index) => firstSeq + index),
      );
      hand.push({ token: claimed.token, seqs });
      held += seqs.length;
    }
    if (hand.length === 0) return false;
    if (hand.some(({ seqs }) => seqs.includes(POISON))) return true;
    for (const { token } of hand) await group.ack(member, token);
  }
};

export const lostHolders = (guarantee: Guarantee): void => {
  const crashing: readonly Crashing[] = [
    { what: 'one handler at once', concurrency: 1, keys: 0 },
    { what: 'ten handlers at once', concurrency: 10, keys: 0 },
    { what: 'ten handlers at once and ordering keys', concurrency: 10, keys: 7 },
    { what: 'ten handlers at once and one ordering key', concurrency: 10, keys: 1 },
    { what: 'members of unknown concurrency', keys: 0 },
    { what: 'members of unknown concurrency, and ordering keys', keys: 7 },
  ];
  for (const maxAttempts of [DEFAULT_MAX_ATTEMPTS, 2])
    for (const { what, concurrency, keys } of crashing) {
      guarantee(
        `gives up only the message that kills each member, after ${maxAttempts} attempts: ${what}`,
        async (trial) => {
          await trial.appendDrafts(
            Array.from({ length: MESSAGES }, (_, n) => (keys === 0 ? {} : { key: `key ${n % keys}` })),
          );
          const group = await trial.group({ settings: { maxAttempts } });
          let kills = 0;
          while (await diesAtPoison(group, `m${kills}`, concurrency)) {
            kills++;
            trial.time.pass(LEASE_MS);
            expect(kills).toBeLessThanOrEqual(maxAttempts + 2);
          }
          await trial.eventually(() => trial.groups[0]?.deadLetters === 1);
          const { letters } = await trial.deadLetters.list({});
          expect(letters.map(({ seq }) => seq)).toEqual([POISON]);
          // Messages of the same key are delivered once it is dead.
          expect(await diesAtPoison(group, 'last', concurrency)).toBe(false);
          expect(await group.floor()).toBe(MESSAGES + 1);
        },
      );
    }

  guarantee('counts a lost holder only against what it may have begun', async (trial) => {
    await trial.append([1, 2, 3, 4, 5]);
    const group = await trial.group({ settings: { maxAttempts: 1 } });
    await group.mustClaim('gone', { concurrency: 2 });
    trial.time.pass(LEASE_MS);
    await trial.eventually(() => trial.groups[0]?.deadLetters === 2);
    const { letters } = await trial.deadLetters.list({});
    expect(letters.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(await group.mustClaim('a')).toMatchObject({ seqs: [3, 4, 5], attempts: [] });
  });

  guarantee('counts only the first message of each key against a lost holder', async (trial) => {
    await trial.appendDrafts(['x', 'x', 'y', 'x', ''].map((key) => (key === '' ? {} : { key })));
    const group = await trial.group({ settings: { maxAttempts: 1 } });
    await group.mustClaim('gone', { concurrency: 3 });
    trial.time.pass(LEASE_MS);
    await trial.eventually(() => trial.groups[0]?.deadLetters === 3);
    const { letters } = await trial.deadLetters.list({});
    expect(letters.map(({ seq }) => seq)).toEqual([1, 3, 5]);
  });

  guarantee('counts one loss once, however many leases end with it', async (trial) => {
    await trial.append([1, 2, 3, 4]);
    const group = await trial.group({ settings: { maxAttempts: 1 } });
    await group.mustClaim('gone', { concurrency: 2, maxMessages: 1 });
    trial.time.pass(1_000);
    await group.mustClaim('gone', { concurrency: 2, maxMessages: 3 });
    trial.time.pass(LEASE_MS);
    await trial.eventually(() => trial.groups[0]?.deadLetters === 2);
    expect(await group.mustClaim('a')).toMatchObject({ seqs: [3, 4], attempts: [] });
  });

  guarantee('delivers isolated messages one at a time, and everything else beside them', async (trial) => {
    await trial.append([1, 2, 3, 4, 5, 6]);
    const group = await trial.group();
    await group.mustClaim('gone', { concurrency: 2, maxMessages: 2 });
    trial.time.pass(LEASE_MS);
    const first = await group.mustClaim('a', { concurrency: 3 });
    expect(first).toMatchObject({ seqs: [1], attempts: [[1, 1, 2]] });
    expect((await group.mustClaim('a', { concurrency: 3 })).seqs).toEqual([3, 4]);
    expect(await group.claim('a', { concurrency: 3 })).toBeUndefined();
    expect((await group.mustClaim('b')).seqs).toEqual([2]);
    await group.ack('a', first.token);
    expect((await group.mustClaim('a', { concurrency: 3 })).seqs).toEqual([5, 6]);
  });

  guarantee('delivers without prefetch what a lost holder had not begun', async (trial) => {
    await trial.append([1, 2, 3, 4, 5, 6, 7]);
    const group = await trial.group();
    await group.mustClaim('gone', { concurrency: 1, maxMessages: 6 });
    trial.time.pass(LEASE_MS);
    const { token, seqs } = await group.mustClaim('a', { concurrency: 3 });
    expect(seqs).toEqual([2, 3, 4]);
    expect(await group.claim('a', { concurrency: 3 })).toBeUndefined();
    await group.ack('a', token, [[2, 2]]);
    expect((await group.mustClaim('a', { concurrency: 3 })).seqs).toEqual([5]);
    // A member of unknown concurrency may begin all that it claims.
    expect((await group.mustClaim('b')).seqs).toEqual([6]);
    expect((await group.mustClaim('b')).seqs).toEqual([7]);
  });

  guarantee('keeps isolated messages and messages without prefetch over a restart', async (trial) => {
    await trial.append([1, 2, 3, 4]);
    const group = await trial.group();
    await group.mustClaim('gone', { concurrency: 1 });
    trial.time.pass(LEASE_MS);
    await trial.restart();
    await trial.group();
    expect((await group.mustClaim('a', { concurrency: 2 })).seqs).toEqual([2, 3]);
    expect((await group.mustClaim('b', { concurrency: 1 })).seqs).toEqual([4]);
    expect(await group.mustClaim('c', { concurrency: 2 })).toMatchObject({
      seqs: [1],
      attempts: [[1, 1, 2]],
    });
  });
};

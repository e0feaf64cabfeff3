import { expect } from '@jest/globals';
import type { Guarantee } from './guarantee.fixture.js';
import { LEASE_MS, type Trial } from './trial.fixture.js';
import type { TrialGroup } from './trial-group.fixture.js';

/** What holds only where a restart ends leases; `takeovers` says what holds instead. */
export const WHERE_A_RESTART_ENDS_LEASES = [
  'frees all leases at a restart, uncounted',
  'keeps over a restart what groups have settled',
  'refuses outcomes under tokens of earlier starts',
  'keeps the order of a key over a restart',
  'keeps priorities over a restart',
  'keeps a redriven message pending over a restart, and its letter off the list',
] as const;

const NONE: readonly number[] = [];

/** What members hold when another engine takes over the store. */
export const takeovers = (guarantee: Guarantee): void => {
  guarantee('lets a member go on with what it holds over a takeover', async (trial) => {
    await trial.append([1, 2, 3]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    await group.ack('a', token, [[2, 2]]);
    await takeOver(trial);
    expect(await group.claim('b')).toBeUndefined();
    expect(group.resume('a', [token])).toEqual([token]);
    await group.ack('a', token);
    expect(await group.floor()).toBe(4);
  });

  guarantee('says that a lease may be granted only when it is stored', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    const claimed = await group.claim('a');
    expect(await claimed?.mayLeave).toBe(true);
  });

  guarantee('counts no failure of a member that was not sent what it was granted', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    const claimed = await group.claimUnsent('a');
    trial.time.pass(LEASE_MS);
    expect(await claimed?.mayLeave).toBe(false);
    expect(await group.mustClaim('b')).toMatchObject({ seqs: [1], attempts: [] });
  });

  guarantee('keeps leases over several takeovers, also those of a snapshot', async (trial) => {
    await trial.append([1, 2]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a', { maxMessages: 1 });
    for (const _ of [1, 2, 3]) await takeOver(trial);
    expect(group.resume('a', [token])).toEqual([token]);
    expect((await group.mustClaim('b')).seqs).toEqual([2]);
  });

  guarantee('gives back at once what a member had no grant of before a takeover', async (trial) => {
    await trial.append([1, 2]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a', { maxMessages: 1 });
    await group.mustClaim('a', { maxMessages: 1 });
    await takeOver(trial);
    expect(group.resume('a', [token])).toEqual([token]);
    expect(await group.mustClaim('b')).toMatchObject({ seqs: [2], attempts: [] });
  });

  guarantee(
    'hands out, uncounted, what nobody came back to a whole lease after a takeover',
    async (trial) => {
      await trial.append([1]);
      const group = await trial.group();
      await group.mustClaim('a');
      await takeOver(trial);
      trial.time.pass(LEASE_MS - 1);
      expect(await group.claim('b')).toBeUndefined();
      trial.time.pass(1);
      expect(await group.mustClaim('b')).toMatchObject({ seqs: [1], attempts: [] });
    },
  );

  guarantee('counts a failure again of a member that came back and is lost', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    await takeOver(trial);
    group.resume('a', [token]);
    trial.time.pass(LEASE_MS);
    expect(await group.mustClaim('b')).toMatchObject({ seqs: [1], attempts: [[1, 1, 2]] });
  });

  guarantee('keeps over a takeover what groups have settled', async (trial) => {
    await trial.append([1, 2, 3, 4]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    await group.ack('a', token, [
      [1, 1],
      [3, 3],
    ]);
    await takeOver(trial);
    expect(await trial.engine.group(group.queue, group.group).open({ start: 'now' })).toMatchObject({
      floor: 2,
    });
    group.resume('a', NONE);
    expect((await group.mustClaim('b')).seqs).toEqual([2, 4]);
  });

  guarantee('hands out no later message of a key that a member holds over a takeover', async (trial) => {
    await trial.appendDrafts([{ key: 'k' }, { key: 'k' }, { key: 'other' }]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a', { maxMessages: 1 });
    await takeOver(trial);
    expect(group.resume('a', [token])).toEqual([token]);
    expect(await group.seqsFor('b')).toEqual([3]);
    await group.ack('a', token);
    expect(await group.seqsFor('b')).toEqual([2]);
  });

  guarantee('keeps a key of a member whose earlier message was redriven, over a takeover', async (trial) => {
    await trial.appendDrafts([{ key: 'k' }, { key: 'k' }]);
    const group = await trial.group();
    const first = await group.mustClaim('a', { maxMessages: 1 });
    await group.settleDurably('a', first.token, { kind: 'dead-letter' });
    await trial.eventually(() => trial.groups[0]?.deadLetters === 1);
    const { token } = await group.mustClaim('a');
    await trial.deadLetters.redrive(await lettersOf(trial));
    expect(await group.seqsFor('b')).toEqual([]);
    await takeOver(trial);
    expect(group.resume('a', [token])).toEqual([token]);
    expect(await group.seqsFor('b')).toEqual([]);
    await group.ack('a', token);
    expect(await group.seqsFor('b')).toEqual([1]);
  });

  guarantee('says who holds messages since before a takeover, as long as it may come back', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    await group.mustClaim('a');
    await takeOver(trial);
    expect(trial.groups[0]?.holders).toEqual(['a']);
    trial.time.pass(LEASE_MS);
    expect(trial.groups[0]?.holders).toEqual([]);
  });

  guarantee('takes later messages of a key back, also over a takeover', async (trial) => {
    await trial.appendDrafts([{ key: 'k' }, { key: 'k' }, { key: 'k' }]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    await group.settleDurably('a', token, { kind: 'release' }, [[1, 1]]);
    await takeOver(trial);
    expect(group.resume('a', [token])).toEqual([]);
    expect(await group.seqsFor('b')).toEqual([1, 2, 3]);
  });

  guarantee(
    'takes back over a takeover the later messages of a key whose first is released',
    async (trial) => {
      await trial.appendDrafts([{ key: 'k' }, { key: 'k' }]);
      const group = await trial.group();
      await group.mustClaim('a', { maxMessages: 1 });
      const { token } = await group.mustClaim('a', { maxMessages: 1 });
      await takeOver(trial);
      // It holds the second one alone.
      expect(group.resume('a', [token])).toEqual([]);
      expect(await group.seqsFor('b')).toEqual([1, 2]);
    },
  );

  guarantee('hands out by priority what nobody holds after a takeover', async (trial) => {
    await trial.appendDrafts([{ priority: 0 }, { priority: 5 }, { priority: 0 }, { priority: 5 }]);
    const group = await trial.group({ settings: { priorities: true } });
    expect((await group.mustClaim('a', { maxMessages: 1 })).seqs).toEqual([2]);
    await takeOver(trial);
    expect((await group.mustClaim('b', { maxMessages: 1 })).seqs).toEqual([4]);
  });

  guarantee('keeps a redriven message leased over a takeover, and its letter off the list', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    const first = await group.mustClaim('a');
    await group.settleDurably('a', first.token, { kind: 'dead-letter' });
    await trial.deadLetters.redrive(await lettersOf(trial));
    const { token } = await group.mustClaim('a');
    await takeOver(trial);
    expect(await lettersOf(trial)).toEqual([]);
    expect(group.resume('a', [token])).toEqual([token]);
    await group.ack('a', token);
    await takeOver(trial);
    expect(await lettersOf(trial)).toEqual([]);
    expect(await group.claim('b')).toBeUndefined();
  });

  guarantee('knows no lease of a group that was sought or made again before a takeover', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    await trial.engine.group(group.queue, group.group).seek('start');
    await takeOver(trial);
    expect(group.resume('a', [token])).toEqual([]);
    expect((await group.mustClaim('b')).seqs).toEqual([1]);
  });
};

const lettersOf = async (trial: Trial) => (await trial.deadLetters.list({})).letters;

/** Another engine opens the store; members come back to their group. */
const takeOver = async (trial: Trial): Promise<TrialGroup> => {
  await trial.restart();
  return trial.group();
};

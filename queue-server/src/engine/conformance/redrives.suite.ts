import { expect } from '@jest/globals';
import type { DeadLetterQuery } from '@typed-queue/contracts';
import type { Redrive } from '../engine.js';
import type { Guarantee } from './guarantee.fixture.js';
import type { TrialGroup } from './trial-group.fixture.js';
import { MAX_UNSETTLED, QUEUE, type Trial } from './trial.fixture.js';

const reject = { kind: 'dead-letter', reason: 'never' } as const;

/** For engines that forget everything at a restart. */
export const REDRIVES_KEPT_OVER_A_RESTART = [
  'keeps a redriven message pending over a restart, and its letter off the list',
  'has no letter of a message that was redriven and acked, also after a restart',
  'gives a redriven message up as one letter with its whole history, also after a restart',
];

/** A group that gave up all of some messages. */
const gaveUp = async (trial: Trial, numbers: readonly number[], name = 'g'): Promise<TrialGroup> => {
  if (trial.engine.queue(QUEUE).head().lastSeq === 0) await trial.append(numbers);
  const group = await trial.group({ name });
  await group.settleDurably('a', (await group.mustClaim('a')).token, reject);
  return group;
};

const seqs = async (trial: Trial, query: DeadLetterQuery = {}): Promise<string[]> =>
  (await trial.deadLetters.list(query)).letters.map(({ group, seq }) => `${group}${seq}`);

const redrive = async (trial: Trial, query: DeadLetterQuery = {}, dryRun = false): Promise<Redrive> => {
  const { letters } = await trial.deadLetters.list(query);
  return trial.deadLetters.redrive(letters, { dryRun });
};

export const redrives = (guarantee: Guarantee): void => {
  guarantee(
    'redrives a letter to the group that gave it up, and to no other, as if it never failed',
    async (trial) => {
      const group = await gaveUp(trial, [1, 2, 3]);
      const other = await gaveUp(trial, [], 'h');
      expect(await redrive(trial, { group: 'g', positions: [2] })).toEqual({ redriven: 1, refused: [] });
      expect(trial.reported).toContain('ready files g');
      expect(await seqs(trial)).toEqual(['g1', 'g3', 'h1', 'h2', 'h3']);
      expect(trial.engine.group(QUEUE, 'g').info()).toMatchObject({ floor: 2, unsettled: 1, deadLetters: 2 });
      expect(await other.claim('b')).toBeUndefined();
      expect(await group.mustClaim('b')).toMatchObject({ seqs: [2], attempts: [] });
    },
  );

  guarantee('redrives a message that the log has lost, whole', async (trial) => {
    await trial.appendDrafts([{}, { headers: JSON.stringify({ key: 'k' }), key: 'k' }, {}]);
    const group = await gaveUp(trial, []);
    await trial.engine.queue(QUEUE).trim(4);
    await trial.append([4]);
    await redrive(trial);
    const claimed = await group.claim('b');
    expect(claimed?.gaps).toEqual([]);
    const frames = claimed?.frames ?? [];
    expect(frames.map(({ firstSeq }) => firstSeq)).toEqual([1, 2, 3, 4]);
    expect(frames.map((frame) => frame.payloadText(0))).toEqual(
      [1, 2, 3, 4].map((number) => JSON.stringify({ number, text: '' })),
    );
    expect(frames.map((frame) => frame.headersText(0))).toEqual([
      undefined,
      '{"key":"k"}',
      undefined,
      undefined,
    ]);
  });

  guarantee('keeps a redriven message pending over a restart, and its letter off the list', async (trial) => {
    const group = await gaveUp(trial, [1, 2, 3]);
    await redrive(trial, { positions: [1, 3] });
    await group.mustClaim('b');
    await trial.restart();
    await trial.group();
    expect(await seqs(trial)).toEqual(['g2']);
    expect(trial.engine.group(QUEUE, 'g').info()).toMatchObject({ deadLetters: 1, unsettled: 2 });
    expect((await group.mustClaim('c')).seqs).toEqual([1, 3]);
  });

  guarantee('has no letter of a message that was redriven and acked, also after a restart', async (trial) => {
    const group = await gaveUp(trial, [1, 2]);
    await redrive(trial);
    await group.ack('b', (await group.mustClaim('b')).token);
    expect(await seqs(trial)).toEqual([]);
    expect(trial.engine.group(QUEUE, 'g').info()).toMatchObject({ floor: 3, deadLetters: 0 });
    await trial.restart();
    await trial.group();
    expect(await seqs(trial)).toEqual([]);
    expect(await group.claim('b')).toBeUndefined();
  });

  guarantee(
    'gives a redriven message up as one letter with its whole history, also after a restart',
    async (trial) => {
      const group = await gaveUp(trial, [1, 2]);
      await redrive(trial);
      trial.time.now += 7;
      const { token } = await group.mustClaim('b');
      await group.settleDurably('b', token, { ...reject, reason: 'still not' }, [[1, 1]]);
      await group.ack('b', token);
      for (const restarted of [false, true]) {
        if (restarted) await trial.restart();
        const { letters } = await trial.deadLetters.list({});
        expect(letters).toMatchObject([{ seq: 1, handouts: 1, reason: 'still not' }]);
        expect(letters[0]?.failures.map(({ member, reason }) => `${member} ${reason}`)).toEqual([
          'a never',
          'b still not',
        ]);
      }
    },
  );

  guarantee('redrives a letter once, however often it is asked to', async (trial) => {
    const group = await gaveUp(trial, [1, 2]);
    const { letters } = await trial.deadLetters.list({});
    const both = await Promise.all([1, 2].map(() => trial.deadLetters.redrive(letters)));
    expect(both.map(({ redriven }) => redriven)).toEqual([2, 0]);
    expect((await group.mustClaim('b')).seqs).toEqual([1, 2]);
    expect(await group.claim('b')).toBeUndefined();
  });

  guarantee('only counts in a dry run', async (trial) => {
    const group = await gaveUp(trial, [1, 2]);
    expect(await redrive(trial, {}, true)).toEqual({ redriven: 2, refused: [] });
    expect(await seqs(trial)).toEqual(['g1', 'g2']);
    expect(await group.claim('b')).toBeUndefined();
  });

  guarantee(
    'has what was redriven and not settled as dead letters again when its group is put elsewhere',
    async (trial) => {
      const group = await gaveUp(trial, [1, 2, 3]);
      await redrive(trial);
      await group.ack('b', (await group.mustClaim('b', { maxMessages: 1 })).token);
      await trial.engine.group(QUEUE, 'g').seek('now');
      expect(await seqs(trial)).toEqual(['g2', 'g3']);
      expect(await group.claim('b')).toBeUndefined();
      await redrive(trial);
      await trial.engine.group(QUEUE, 'g').delete();
      expect(await seqs(trial)).toEqual(['g2', 'g3']);
    },
  );

  guarantee('refuses to redrive what its group cannot take, with the reason, and keeps it', async (trial) => {
    await gaveUp(trial, [1]);
    await gaveUp(trial, [], 'h');
    await trial.group({ settings: { events: ['other'] } });
    await trial.engine.group(QUEUE, 'h').delete();
    const { redriven, refused } = await redrive(trial);
    expect(redriven).toBe(0);
    expect(refused.map(({ position, group, code }) => [position, group, code])).toEqual([
      [1, 'g', 'redrive_refused'],
      [2, 'h', 'group_unknown'],
    ]);
    expect(await seqs(trial)).toEqual(['g1', 'h1']);
  });

  guarantee('refuses to redrive what has no message, and more than a group may hold', async (trial) => {
    const numbers = Array.from({ length: MAX_UNSETTLED }, (_, index) => index + 1);
    await gaveUp(trial, numbers);
    expect((await redrive(trial)).redriven).toBe(MAX_UNSETTLED);
    const lost = await trial.group({ name: 'lost' });
    const { token } = await lost.mustClaim('a', { maxMessages: 1 });
    await trial.engine.queue(QUEUE).trim(MAX_UNSETTLED + 1);
    await lost.settleDurably('a', token, reject);
    expect((await redrive(trial)).refused).toMatchObject([{ group: 'lost', code: 'redrive_refused' }]);
    await trial.engine.group(QUEUE, 'g').seek('now');
    await redrive(trial, { group: 'g', limit: MAX_UNSETTLED - 1 });
    await gaveUpMore(trial);
    const { redriven, refused } = await redrive(trial, { group: 'g' });
    expect([redriven, refused.length, refused[0]?.code]).toEqual([1, 1, 'overloaded']);
  });

  guarantee('counts, in a dry run, letters that take room before', async (trial) => {
    await gaveUp(
      trial,
      Array.from({ length: MAX_UNSETTLED }, (_, index) => index + 1),
    );
    const { letters } = await trial.deadLetters.list({});
    const counted = new Map([['g', MAX_UNSETTLED - 1]]);
    const { redriven, refused } = await trial.deadLetters.redrive(letters, { dryRun: true, counted });
    expect(redriven).toBe(1);
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['overloaded']));
  });

  guarantee('holds a redriven message back while another member has its key', async (trial) => {
    const keyed = { headers: JSON.stringify({ key: 'k' }), key: 'k' };
    await trial.appendDrafts([keyed]);
    const group = await gaveUp(trial, []);
    await trial.appendDrafts([{ ...keyed, id: '01890000-0000-7000-8000-000000000009' }]);
    const later = await group.mustClaim('b');
    expect(later.seqs).toEqual([2]);
    await redrive(trial);
    expect(await group.claim('c')).toBeUndefined();
    await group.ack('b', later.token);
    expect((await group.mustClaim('c')).seqs).toEqual([1]);
  });

  guarantee('discards letters permanently, but none that is redriven', async (trial) => {
    const group = await gaveUp(trial, [1, 2, 3]);
    await redrive(trial, { positions: [2] });
    expect(await trial.deadLetters.discard([1, 2, 99])).toBe(1);
    expect(await seqs(trial)).toEqual(['g3']);
    expect((await group.mustClaim('b')).seqs).toEqual([2]);
    expect(trial.deadLetters.status()).toMatchObject({ letters: 1 });
  });
};

/** One more message than the log had is given up. */
const gaveUpMore = async (trial: Trial): Promise<void> => {
  await trial.append([1_001]);
  const group = await trial.group();
  for (;;) {
    const claimed = await group.claim('z', { maxMessages: 1_000 });
    if (claimed === undefined) return;
    const newest = trial.engine.queue(QUEUE).head().lastSeq;
    await group.settleDurably('z', claimed.token, reject, [[newest, newest]]);
  }
};

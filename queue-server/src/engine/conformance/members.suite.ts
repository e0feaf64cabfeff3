import { expect } from '@jest/globals';
import type { Guarantee } from './guarantee.fixture.js';
import { GRACE_MS, LEASE_MS } from './trial.fixture.js';

export const members = (guarantee: Guarantee): void => {
  guarantee(
    'keeps the leases that a member names when it comes back, and releases its others',
    async (trial) => {
      await trial.append([1, 2, 3]);
      const group = await trial.group();
      const kept = await group.mustClaim('a', { maxMessages: 1 });
      const forgotten = await group.mustClaim('a', { maxMessages: 1 });
      const other = await group.mustClaim('b');
      expect(group.resume('a', [kept.token])).toEqual([kept.token]);
      expect(await group.mustClaim('c')).toMatchObject({ seqs: forgotten.seqs, attempts: [] });
      expect(await group.settle('a', forgotten.token, { kind: 'ack' })).toMatchObject({ held: false });
      expect(await group.settle('a', kept.token, { kind: 'ack' })).toMatchObject({ accepted: [[1, 1]] });
      expect(await group.settle('b', other.token, { kind: 'ack' })).toMatchObject({ accepted: [[3, 3]] });
    },
  );

  guarantee('says of the tokens that a member names only those that hold', async (trial) => {
    await trial.append([1, 2, 3]);
    const group = await trial.group();
    const ended = await group.mustClaim('a', { maxMessages: 1 });
    trial.time.pass(LEASE_MS);
    const own = await group.mustClaim('a', { maxMessages: 1 });
    const foreign = await group.mustClaim('b', { maxMessages: 1 });
    const tokens = [ended.token, own.token, foreign.token, foreign.token + 1];
    expect(group.resume('a', tokens)).toEqual([own.token]);
    expect(group.resume('nobody', tokens)).toEqual([]);
  });

  guarantee('ends the leases of a member that vanished after a grace, each as one failure', async (trial) => {
    await trial.append([1, 2]);
    const group = await trial.group();
    const gone = await group.mustClaim('a', { maxMessages: 1 });
    await group.mustClaim('b');
    group.abandon('a');
    trial.time.pass(GRACE_MS - 1);
    expect(await group.claim('c')).toBeUndefined();
    trial.time.pass(1);
    expect(trial.reported.slice(1)).toEqual([
      expect.stringMatching(`^returned files g a ${gone.token} `),
      'ready files g',
    ]);
    expect(await group.mustClaim('c')).toMatchObject({ seqs: [1], attempts: [[1, 1, 2]] });
  });

  guarantee('counts the failure of a member that came back after it was cut off', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    group.abandon('a', 'cut-off');
    group.resume('a', [token]);
    trial.time.pass(LEASE_MS);
    expect(await group.mustClaim('c')).toMatchObject({ seqs: [1], attempts: [[1, 1, 2]] });
  });

  guarantee('keeps the leases of a member that was cut off until they end', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    await group.mustClaim('a');
    group.abandon('a', 'cut-off');
    trial.time.pass(GRACE_MS);
    expect(await group.claim('c')).toBeUndefined();
  });

  guarantee('counts no failure of a member that was cut off', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    await group.mustClaim('a');
    group.abandon('a', 'cut-off');
    trial.time.pass(LEASE_MS);
    expect(await group.mustClaim('c')).toMatchObject({ seqs: [1], attempts: [] });
  });

  guarantee(
    'keeps the leases of a member that did not answer until they end, as one failure',
    async (trial) => {
      await trial.append([1]);
      const group = await trial.group();
      await group.mustClaim('a');
      group.abandon('a', 'silent');
      trial.time.pass(GRACE_MS);
      expect(await group.claim('c')).toBeUndefined();
      trial.time.pass(LEASE_MS - GRACE_MS);
      expect(await group.mustClaim('c')).toMatchObject({ seqs: [1], attempts: [[1, 1, 2]] });
    },
  );

  guarantee('keeps the leases of a member that comes back within the grace', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    group.abandon('a');
    trial.time.pass(GRACE_MS - 1);
    expect(group.resume('a', [token])).toEqual([token]);
    trial.time.pass(LEASE_MS - 1);
    expect(trial.reported).not.toContainEqual(expect.stringMatching(`^returned files g a ${token} `));
    expect(await group.settle('a', token, { kind: 'ack' })).toMatchObject({ held: true, accepted: [[1, 1]] });
  });

  guarantee('ends no lease later because its member vanished', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    trial.time.pass(LEASE_MS - 1);
    group.abandon('a');
    trial.time.pass(1);
    expect(trial.reported).toContainEqual(expect.stringMatching(`^returned files g a ${token} `));
  });

  guarantee('delivers again what a member held that leaves, at once and uncounted', async (trial) => {
    await trial.append([1, 2, 3]);
    const group = await trial.group();
    const left = [
      await group.mustClaim('a', { maxMessages: 1 }),
      await group.mustClaim('a', { maxMessages: 1 }),
    ];
    const other = await group.mustClaim('b');
    await group.leave('a');
    expect(await group.mustClaim('c')).toMatchObject({ seqs: [1, 2], attempts: [] });
    for (const { token } of left) {
      expect(await group.settle('a', token, { kind: 'ack' })).toMatchObject({ held: false });
    }
    expect(await group.settle('b', other.token, { kind: 'ack' })).toMatchObject({ accepted: [[3, 3]] });
  });
};

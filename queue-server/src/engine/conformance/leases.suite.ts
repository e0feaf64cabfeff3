import { expect } from '@jest/globals';
import type { Guarantee } from './guarantee.fixture.js';
import { LEASE_MS } from './trial.fixture.js';

const extend = { kind: 'extend' } as const;

export const leases = (guarantee: Guarantee): void => {
  guarantee('says how long a lease lasts', async (trial) => {
    expect(trial.engine.leaseMs).toBe(LEASE_MS);
  });

  guarantee('ends a lease at its deadline, reports it, and counts one failure', async (trial) => {
    await trial.append([1, 2]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    trial.time.pass(LEASE_MS - 1);
    expect(await group.claim('b')).toBeUndefined();
    expect(trial.reported).toEqual(['committed files 2']);
    trial.time.pass(1);
    expect(trial.reported.slice(1)).toEqual([
      expect.stringMatching(`^returned files g a ${token} `),
      'ready files g',
    ]);
    expect(await group.mustClaim('b')).toMatchObject({ seqs: [1], attempts: [[1, 1, 2]] });
    expect(await group.mustClaim('c')).toMatchObject({ seqs: [2], attempts: [[2, 2, 2]] });
  });

  guarantee('refuses an outcome that comes after the lease, naming the ranges', async (trial) => {
    await trial.append([1, 2, 3]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    await group.ack('a', token, [[2, 2]]);
    trial.time.pass(LEASE_MS);
    const { held, accepted, refused } = await group.settle('a', token, { kind: 'ack' }, [[1, 3]]);
    expect({ held, accepted }).toEqual({ held: false, accepted: [] });
    expect(refused).toEqual([
      [1, 1],
      [3, 3],
    ]);
    await group.mustClaim('a');
    expect(await group.settle('a', token, { kind: 'ack' })).toMatchObject({ held: false, accepted: [] });
    expect(await group.floor()).toBe(1);
  });

  guarantee('moves the deadline by a whole lease when it is extended', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    for (let times = 0; times < 3; times++) {
      trial.time.pass(LEASE_MS - 1);
      const { held, accepted, durable } = await group.settle('a', token, extend);
      expect({ held, accepted }).toEqual({ held: true, accepted: [] });
      await durable;
    }
    trial.time.pass(LEASE_MS - 1);
    expect(trial.reported).not.toContainEqual(expect.stringMatching(`^returned files g a ${token} `));
    trial.time.pass(1);
    expect(trial.reported).toContainEqual(expect.stringMatching(`^returned files g a ${token} `));
  });

  guarantee('says of what an extension names that is no longer under the lease', async (trial) => {
    await trial.append([1, 2, 3]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    await group.settle('a', token, { kind: 'release' }, [[2, 2]]);
    expect(await group.settle('a', token, extend, [[1, 3]])).toMatchObject({ held: true, refused: [[2, 2]] });
  });

  guarantee('extends no lease that has ended', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    trial.time.pass(LEASE_MS);
    expect(await group.settle('a', token, extend)).toMatchObject({ held: false });
    expect(await group.mustClaim('b')).toMatchObject({ seqs: [1] });
  });

  guarantee('ends each lease at its own deadline', async (trial) => {
    await trial.append([1, 2]);
    const group = await trial.group();
    const first = await group.mustClaim('a', { maxMessages: 1 });
    trial.time.pass(10_000);
    const second = await group.mustClaim('a', { maxMessages: 1 });
    trial.time.pass(LEASE_MS - 10_000);
    expect((await group.mustClaim('b')).seqs).toEqual(first.seqs);
    trial.time.pass(10_000);
    expect((await group.mustClaim('c')).seqs).toEqual(second.seqs);
  });

  guarantee('ends no lease without messages', async (trial) => {
    await trial.append([1, 2]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    await group.settle('a', token, { kind: 'release' }, [[1, 1]]);
    await group.ack('a', token);
    trial.time.pass(10 * LEASE_MS);
    expect(trial.reported.filter((event) => event.startsWith('returned'))).toEqual([]);
    expect(await group.mustClaim('a')).toMatchObject({ seqs: [1], attempts: [] });
  });

  guarantee('counts a failure for each lease that ends', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    for (const attempt of [1, 2, 3]) {
      const { attempts } = await group.mustClaim('a');
      expect(attempts).toEqual(attempt === 1 ? [] : [[1, 1, attempt]]);
      trial.time.pass(LEASE_MS);
    }
  });
};

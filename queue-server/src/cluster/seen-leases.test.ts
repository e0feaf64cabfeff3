import { describe, expect, it } from '@jest/globals';
import type { SeenLease } from '../engine/nats/lease.js';
import { SeenLeases } from './seen-leases.js';

describe('leases that were seen', () => {
  const look = async (...answers: readonly (SeenLease | undefined | Error)[]): Promise<SeenLeases> => {
    const rest = [...answers];
    const leases = new SeenLeases(async () => {
      const answer = rest.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    });
    for (const _ of answers) await leases.look('files');
    return leases;
  };

  it('are known by their queues', async () => {
    const leases = await look({ revision: 7, since: 1_000 });
    expect([leases.of('files'), leases.of('logs')]).toEqual([{ revision: 7, since: 1_000 }, undefined]);
  });

  it('count from the first look that saw the same revision', async () => {
    const leases = await look({ revision: 7, since: 1_000 }, { revision: 7, since: 2_000 });
    expect(leases.of('files')).toEqual({ revision: 7, since: 1_000 });
  });

  it('count from the next look when they were renewed', async () => {
    const leases = await look({ revision: 7, since: 1_000 }, { revision: 8, since: 2_000 });
    expect(leases.of('files')).toEqual({ revision: 8, since: 2_000 });
  });

  it('stay as they were seen when NATS does not answer, or nobody has one', async () => {
    const leases = await look({ revision: 7, since: 1_000 }, new Error('timeout'), undefined);
    expect(leases.of('files')).toEqual({ revision: 7, since: 1_000 });
  });
});

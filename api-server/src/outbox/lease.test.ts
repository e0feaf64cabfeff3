import { beforeEach, describe, expect, it } from '@jest/globals';
import { LeaseHolder, type LeaseRecord } from './lease.js';

let record: LeaseRecord | null;
let time: number;
let broken: boolean;

beforeEach(() => {
  [record, time, broken] = [null, 0, false];
});

const answer = async <T>(value: () => T): Promise<T> => {
  if (broken) throw new Error('The database is away.');
  return value();
};

const lease = {
  read: () => answer(() => record),
  claim: (holder: string, seen: LeaseRecord | null) =>
    answer(() => {
      if (seen?.turn !== record?.turn) return false;
      record = { _id: 'relay', holder, turn: (seen?.turn ?? 0) + 1 };
      return true;
    }),
  renew: (holder: string) =>
    answer(() => {
      if (record?.holder !== holder) return false;
      record = { ...record, turn: record.turn + 1 };
      return true;
    }),
  release: (holder: string) =>
    answer(() => {
      if (record?.holder === holder) record = { ...record, holder: null, turn: record.turn + 1 };
    }),
};

const join = (holder: string) => new LeaseHolder({ lease, holder, leaseMs: 100, now: () => time });

describe('the lease', () => {
  it('has one holder until it is released', async () => {
    const [a, b] = [join('a'), join('b')];
    expect([await a.acquire(), await b.acquire()]).toEqual([true, false]);
    expect([a.held, b.held]).toEqual([true, false]);
    await a.release();
    expect([a.held, await b.acquire()]).toEqual([false, true]);
  });

  it('stays with a holder that renews it', async () => {
    const [a, b] = [join('a'), join('b')];
    await a.acquire();
    for (let n = 0; n < 20; n++) {
      time += 30;
      expect([await a.renew(), await b.acquire()]).toEqual([true, false]);
    }
  });

  it('is taken over when it was not renewed, and not before its holder knows', async () => {
    const [a, b] = [join('a'), join('b')];
    await a.acquire();
    time = 50;
    expect(await b.acquire()).toBe(false);
    time = 100;
    expect([a.held, await b.acquire()]).toEqual([false, false]);
    time = 150;
    expect(await b.acquire()).toBe(true);
    expect([await a.renew(), b.held]).toEqual([false, true]);
  });

  it('goes to one of several that claim an expired lease at once', async () => {
    record = { _id: 'relay', holder: 'dead', turn: 7 };
    const all = ['a', 'b', 'c'].map(join);
    for (const holder of all) await holder.acquire();
    time = 100;
    const acquired = await Promise.all(all.map((holder) => holder.acquire()));
    expect(acquired.filter(Boolean)).toHaveLength(1);
  });

  it('is held until it expires while the database does not answer', async () => {
    const a = join('a');
    await a.acquire();
    broken = true;
    time = 99;
    expect(await a.renew()).toBe(true);
    time = 100;
    expect(await a.renew()).toBe(false);
  });
});

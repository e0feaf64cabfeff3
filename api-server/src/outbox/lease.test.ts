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
  let a: LeaseHolder;
  let b: LeaseHolder;
  beforeEach(async () => {
    [a, b] = [join('a'), join('b')];
    await a.acquire();
  });

  it('is held by the first that acquires it', () => {
    expect(a.held).toBe(true);
  });

  it('is refused to others while it is held', async () => {
    expect(await b.acquire()).toBe(false);
    expect(b.held).toBe(false);
  });

  it('is acquired by another when it is released', async () => {
    await a.release();
    expect(a.held).toBe(false);
    expect(await b.acquire()).toBe(true);
  });

  it('stays with a holder that renews it', async () => {
    for (let n = 0; n < 20; n++) {
      time += 30;
      expect(await a.renew()).toBe(true);
      expect(await b.acquire()).toBe(false);
    }
  });

  it('ends for a holder that does not renew it', () => {
    time = 100;
    expect(a.held).toBe(false);
  });

  it('is acquired by another a lease after that saw it, and not before it ended for its holder', async () => {
    time = 50;
    expect(await b.acquire()).toBe(false);
    time = 100;
    expect(await b.acquire()).toBe(false);
    time = 150;
    expect(await b.acquire()).toBe(true);
  });

  it('is not renewed by a former holder', async () => {
    await b.acquire();
    time = 100;
    expect(await b.acquire()).toBe(true);
    expect(await a.renew()).toBe(false);
  });

  it('is acquired by one of several that claim it at once when it has expired', async () => {
    record = { _id: 'relay', holder: 'dead', turn: 7 };
    const all = ['c', 'd', 'e'].map(join);
    for (const holder of all) await holder.acquire();
    time = 100;
    const acquired = await Promise.all(all.map((holder) => holder.acquire()));
    expect(acquired.filter(Boolean)).toHaveLength(1);
  });

  it('is held until it expires while the database does not answer', async () => {
    broken = true;
    time = 99;
    expect(await a.renew()).toBe(true);
    time = 100;
    expect(await a.renew()).toBe(false);
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Position } from '@typed-queue/contracts';
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
      record = { ...seen, _id: 'relay', holder, turn: (seen?.turn ?? 0) + 1 };
      return true;
    }),
  renew: (holder: string, checkpoint: Position | undefined) =>
    answer(() => {
      if (record?.holder !== holder) return false;
      record = { ...record, turn: record.turn + 1, ...(checkpoint && { checkpoint }) };
      return true;
    }),
  release: (holder: string, checkpoint: Position | undefined) =>
    answer(() => {
      if (record?.holder !== holder) return;
      record = { ...record, holder: null, turn: record.turn + 1, ...(checkpoint && { checkpoint }) };
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

describe('the checkpoint of a lease', () => {
  const checkpoint = { epoch: 'e', seq: 5 };
  let a: LeaseHolder;
  let b: LeaseHolder;
  beforeEach(async () => {
    [a, b] = [join('a'), join('b')];
    await a.acquire();
    a.advance(checkpoint);
  });

  it('is unknown before anybody has stored one', async () => {
    time = 100;
    await b.acquire();
    time = 200;
    expect(await b.acquire()).toBe(true);
    expect(b.checkpoint).toBeUndefined();
  });

  it('is stored when the lease is renewed, and known to the next holder', async () => {
    await a.renew();
    await b.acquire();
    time = 100;
    expect(await b.acquire()).toBe(true);
    expect(b.checkpoint).toEqual(checkpoint);
  });

  it('is stored when the lease is released', async () => {
    await a.release();
    await b.acquire();
    expect(b.checkpoint).toEqual(checkpoint);
  });

  it('stays as it was stored while the next holder has none of its own', async () => {
    await a.release();
    await b.acquire();
    await b.renew();
    await b.release();
    await a.acquire();
    expect(a.checkpoint).toEqual(checkpoint);
  });

  it('of a former holder is forgotten when it acquires the lease again', async () => {
    await a.release();
    await b.acquire();
    b.advance({ epoch: 'e', seq: 9 });
    a.advance({ epoch: 'e', seq: 7 });
    await b.release();
    await a.acquire();
    expect(a.checkpoint).toEqual({ epoch: 'e', seq: 9 });
  });
});

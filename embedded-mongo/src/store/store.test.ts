import { describe, expect, it } from '@jest/globals';
import type { Document } from '../bson/document.js';
import { CommandError } from '../errors.js';
import { equalitiesOf } from '../query/equalities.js';
import type { Operation } from './operation.js';
import { Store } from './store.js';
import type { Transaction } from './transaction.js';

const NS = 'shop.products';
const find = (store: Store, transaction: Transaction, filter: Document = {}) => [
  ...store.documents(transaction, NS, equalitiesOf(filter)),
];
const now = (store: Store, filter: Document = {}) => find(store, store.begin('statement'), filter);
const codeOf = (run: () => void): string => {
  try {
    run();
  } catch (error) {
    return error instanceof CommandError ? error.codeName : 'Blocked';
  }
  return 'none';
};

/** A store of products with a unique name. */
const filled = async (count: number): Promise<Store> => {
  const store = new Store();
  await store.define(NS, () => [
    { kind: 'index', namespace: NS, spec: { v: 2, key: { name: 1 }, name: 'name_1', unique: true } },
  ]);
  await store.statement((transaction) => {
    for (let i = 0; i < count; i++) store.insert(transaction, NS, { _id: i, name: `p${i}` });
  });
  return store;
};

describe('the cost of a transaction', () => {
  it('is the same at 100 and at 100,000 documents', async () => {
    const costs: number[] = [];
    for (const count of [100, 100_000]) {
      const store = await filled(count);
      const collection = store.collections.get(NS);
      const before = collection?.examined ?? 0;
      const transaction = store.begin('session');
      expect(find(store, transaction, { _id: 7 })).toHaveLength(1);
      expect(find(store, transaction, { name: 'p8' })).toHaveLength(1);
      store.insert(transaction, NS, { _id: 'new', name: 'new' });
      store.write(transaction, NS, 7, { _id: 7, name: 'other' });
      expect(transaction.locks).toHaveLength(5);
      expect(transaction.overlays.get(NS)?.size).toBe(2);
      store.commit(transaction);
      costs.push((collection?.examined ?? 0) - before);
      expect(store.locks.size).toBe(0);
    }
    expect(costs).toEqual([2, 2]);
  });
});

describe('a snapshot', () => {
  it('stays as it was, and costs nothing when it is over', async () => {
    const store = await filled(3);
    const snapshot = store.begin('session');
    for (let i = 0; i < 5; i++) {
      await store.statement((transaction) => store.write(transaction, NS, 0, { _id: 0, name: `v${i}` }));
    }
    await store.statement((transaction) => store.write(transaction, NS, 1, undefined));
    await store.statement((transaction) => store.insert(transaction, NS, { _id: 9, name: 'late' }));
    expect(find(store, snapshot).map(({ name }) => name)).toEqual(['p0', 'p1', 'p2']);
    expect(find(store, snapshot, { name: 'p0' })).toHaveLength(1);
    expect(now(store).map(({ name }) => name)).toEqual(['v4', 'p2', 'late']);
    store.abort(snapshot);
    expect(store.collections.get(NS)?.newest('n0e0')?.older).toBeUndefined();
    expect(store.collections.get(NS)?.newest('n1e0')).toBeUndefined();
    expect(now(store, { name: 'p0' })).toHaveLength(0);
  });

  it('is gone when an index is made', async () => {
    const store = await filled(1);
    const snapshot = store.begin('session');
    const spec = { v: 2 as const, key: { a: 1 }, name: 'a_1' };
    await store.define(NS, () => [{ kind: 'index', namespace: NS, spec }]);
    expect(codeOf(() => void find(store, snapshot))).toBe('SnapshotUnavailable');
  });
});

describe('unique keys in transactions', () => {
  it('are locked before the commit', async () => {
    const store = await filled(1);
    const [one, other] = [store.begin('session'), store.begin('session')];
    store.insert(one, NS, { _id: 'a', name: 'x' });
    expect(codeOf(() => store.insert(other, NS, { _id: 'b', name: 'x' }))).toBe('WriteConflict');
    expect(codeOf(() => store.insert(store.begin('statement'), NS, { _id: 'c', name: 'x' }))).toBe('Blocked');
    expect(codeOf(() => store.insert(one, NS, { _id: 'd', name: 'x' }))).toBe('DuplicateKey');
    expect(codeOf(() => store.insert(one, NS, { _id: 'e', name: 'p0' }))).toBe('DuplicateKey');
  });

  it('may be given from one document to another, and back by an abort', async () => {
    const store = await filled(2);
    const transaction = store.begin('session');
    store.write(transaction, NS, 0, { _id: 0, name: 'free' });
    store.write(transaction, NS, 1, { _id: 1, name: 'p0' });
    expect(codeOf(() => store.insert(store.begin('session'), NS, { _id: 'z', name: 'p1' }))).toBe(
      'WriteConflict',
    );
    store.abort(transaction);
    await store.statement((own) => store.write(own, NS, 0, undefined));
    await store.statement((own) => store.insert(own, NS, { _id: 'a', name: 'p0' }));
    expect(now(store).map(({ name }) => name)).toEqual(['p1', 'p0']);
  });

  it('that were locked after the snapshot are a conflict, no duplicate', async () => {
    const store = await filled(0);
    const transaction = store.begin('session');
    await store.statement((own) => store.insert(own, NS, { _id: 'a', name: 'x' }));
    expect(codeOf(() => store.insert(transaction, NS, { _id: 'b', name: 'x' }))).toBe('WriteConflict');
    expect(codeOf(() => store.write(transaction, NS, 'a', { _id: 'a' }))).toBe('WriteConflict');
  });
});

describe('a statement', () => {
  it('waits for the owner of its document, and leaves nothing when it fails', async () => {
    const store = await filled(2);
    const transaction = store.begin('session');
    store.write(transaction, NS, 1, { _id: 1, name: 'mine' });
    let runs = 0;
    const waiting = store.statement((own) => {
      runs++;
      store.write(own, NS, 0, { _id: 0, name: `run ${runs}` });
      store.write(own, NS, 1, { _id: 1, name: 'after' });
    });
    expect(now(store, { _id: 0 })).toEqual([{ _id: 0, name: 'p0' }]);
    store.commit(transaction);
    await waiting;
    expect(now(store).map(({ name }) => name)).toEqual(['run 2', 'after']);
  });

  it('is logged when it is committed, all at once and only what changed', async () => {
    const logged: Operation[] = [];
    const store = new Store((operation) => logged.push(operation));
    await store.statement((own) => {
      store.insert(own, NS, { _id: 1 });
      store.insert(own, NS, { _id: 2 });
      store.write(own, NS, 2, undefined);
    });
    await expect(store.statement((own) => store.insert(own, NS, { _id: 1 }))).rejects.toThrow('E11000');
    expect(logged).toEqual([{ kind: 'put', namespace: NS, document: { _id: 1 } }]);
  });
});

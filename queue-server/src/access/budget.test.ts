import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { MemoryBudget, type Account, type Reservation } from './budget.js';

describe('the memory budget', () => {
  it('gives one connection a quarter at most', () => {
    const account = new MemoryBudget(1_000).open();
    expect(account.reserve(251)).toBeUndefined();
    expect(account.reserve(250)).toBeDefined();
    expect(account.reserve(1)).toBeUndefined();
  });

  it('leaves something to everybody, however many take all that they get', () => {
    const budget = new MemoryBudget(1024 ** 3);
    for (let connections = 0; connections < 30; connections++) {
      const account = budget.open();
      expect(account.reserve(Math.floor(account.available))).toBeDefined();
    }
    expect(budget.free).toBeGreaterThan(0);
    expect(budget.open().available).toBeGreaterThan(0);
  });

  it('counts what is there already, whether it fits or not', () => {
    const budget = new MemoryBudget(1_000);
    const account = budget.open();
    const charged = account.charge(2_000);
    expect(budget.used).toBe(2_000);
    expect(budget.free).toBe(0);
    expect(account.available).toBe(0);
    charged.resize(100);
    expect(budget.used).toBe(100);
    expect(budget.free).toBe(900);
  });

  it('does not let a reservation that exceeds the share of its connection grow with its own size', () => {
    const account = new MemoryBudget(1_000).open();
    account.charge(100);
    const unsent = account.charge(200);
    expect(account.maxOf(unsent.bytes)).toBe(150);
    unsent.resize(600);
    expect(account.maxOf(unsent.bytes)).toBe(150);
  });

  it('is given back once, however often a reservation is released', () => {
    const budget = new MemoryBudget(1_000);
    const [first, second] = [budget.open().charge(100), budget.open().charge(50)];
    first.release();
    first.release();
    first.resize(70);
    expect(budget.used).toBe(50);
    expect(first.bytes).toBe(0);
    expect(second.bytes).toBe(50);
  });

  it('is given back when the work is done, or failed', async () => {
    const budget = new MemoryBudget(1_000);
    const account = budget.open();
    expect(await account.within(100, async () => budget.used)).toBe(100);
    await expect(account.within(100, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(budget.used).toBe(0);
  });

  it('refuses work that does not fit, to be sent again', async () => {
    const work = new MemoryBudget(1_000).open().within(300, async () => 'done');
    await expect(work).rejects.toMatchObject({
      code: 'overloaded',
      retryable: true,
      details: { bytes: 300 },
    });
  });

  it('is used by exactly what is reserved and not released, whatever happens', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constantFrom('reserve', 'charge', 'resize'), at: fc.nat(3), bytes: fc.nat(400) }),
      fc.record({ kind: fc.constant('release'), at: fc.nat(50), bytes: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const budget = new MemoryBudget(1_000);
        const accounts: readonly Account[] = Array.from({ length: 4 }, () => budget.open());
        const all: Reservation[] = [];
        for (const { kind, at, bytes } of steps) {
          const account = accounts[at % 4];
          const { available = 0 } = account ?? {};
          const made =
            kind === 'reserve' ? account?.reserve(bytes) : kind === 'charge' && account?.charge(bytes);
          if (kind === 'reserve') expect(made !== undefined).toBe(bytes <= available);
          if (made) all.push(made);
          if (kind === 'resize') all[at % Math.max(1, all.length)]?.resize(bytes);
          if (kind === 'release') all[at % Math.max(1, all.length)]?.release();
          const sum = all.reduce((total, reservation) => total + reservation.bytes, 0);
          expect(budget.used).toBe(sum);
          expect(accounts.reduce((total, { used }) => total + used, 0)).toBe(sum);
        }
        for (const reservation of all) reservation.release();
        expect(budget.used).toBe(0);
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isUuid } from './frame/uuid.js';
import { idFactory, newId } from './id.js';

const timeOf = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
const counterOf = (id: string): number => Number.parseInt(id.slice(15, 18), 16);
const tailOf = (id: string): string => id.slice(18);

const isAscending = (ids: readonly string[]): boolean =>
  ids.every((id, index) => index === 0 || id > (ids[index - 1] ?? ''));

describe('newId', () => {
  it('makes UUIDs of version 7 that grow, all different', () => {
    const ids = Array.from({ length: 20_000 }, newId);
    expect(ids.filter((id) => !isUuid(id) || id[14] !== '7' || !'89ab'.includes(id[19] ?? ''))).toEqual([]);
    expect(isAscending(ids)).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('idFactory', () => {
  it('puts time, counter and random bits where RFC 9562 wants them', () => {
    // The RFC's own example, its 12 random bits being the counter.
    const randoms = [0x18c4, 0xdc0c0c, 0x07398f];
    const next = idFactory({ now: () => 0x017f22e279b0, random: () => randoms.shift() ?? 0 });
    expect(next()).toBe('017f22e2-79b0-7000-98c4-dc0c0c07398f');
    expect(next()).toBe('017f22e2-79b0-7001-98c4-dc0c0c07398f');
  });

  it('asks for 62 new random bits in each millisecond', () => {
    let time = 1_700_000_000_000;
    const limits: number[] = [];
    const random = (limit: number): number => limits.push(limit);
    const next = idFactory({ now: () => time, random });
    const first = next();
    expect(tailOf(next())).toBe(tailOf(first));
    time++;
    expect(tailOf(next())).not.toBe(tailOf(first));
    expect(limits.map(Math.log2)).toEqual([14, 24, 24, 14, 24, 24]);
  });

  it('makes valid ids of the smallest and of the greatest random bits', () => {
    const [least, most] = [() => 0, (limit: number) => limit - 1].map((random) =>
      idFactory({ now: () => 1, random })(),
    );
    expect(least).toBe('00000000-0001-7000-8000-000000000000');
    expect(most).toBe('00000000-0001-7000-bfff-ffffffffffff');
  });

  it('still grows when the clock goes backwards', () => {
    let time = 1_000_000;
    const next = idFactory({ now: () => time });
    const before = next();
    time -= 5_000;
    const after = next();
    expect(after > before).toBe(true);
    expect(timeOf(after)).toBe(1_000_000);
  });

  it('borrows the next millisecond when its counter is full', () => {
    const next = idFactory({ now: () => 1_000 });
    const ids = Array.from({ length: 4096 * 2 + 1 }, next);
    const timeAndCounter = (index: number) => [timeOf(ids[index] ?? ''), counterOf(ids[index] ?? '')];
    expect(timeAndCounter(4095)).toEqual([1_000, 4095]);
    expect(timeAndCounter(4096)).toEqual([1_001, 0]);
    expect(timeAndCounter(8192)).toEqual([1_002, 0]);
    expect(isAscending(ids)).toBe(true);
  });

  it('grows whatever the clock does', () => {
    const clock = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(clock, fc.nat(5000), (times, burst) => {
        let calls = 0;
        const next = idFactory({ now: () => times[Math.floor(calls++ / 100) % times.length] ?? 1 });
        expect(isAscending(Array.from({ length: burst }, next))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('gives two makers different ids in the same millisecond', () => {
    const [one, other] = [idFactory({ now: () => 1 }), idFactory({ now: () => 1 })];
    expect(one()).not.toBe(other());
  });
});

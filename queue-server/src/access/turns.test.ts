import { describe, expect, it } from '@jest/globals';
import type { Timer } from './timer.js';
import { Turns } from './turns.js';

/** Takers by name, what they were told, and timers that ring when a test says so. */
const world = (most: number) => {
  const told: string[] = [];
  const timers = new Set<() => void>();
  const timer: Timer = (run) => {
    const once = (): void => {
      timers.delete(once);
      run();
    };
    timers.add(once);
    return () => timers.delete(once);
  };
  const turns = new Turns(most, timer);
  const take = (name: string) =>
    turns.take({ begin: () => told.push(name), tooLong: () => told.push(`${name} too long`) });
  const ring = (): void => {
    for (const run of [...timers]) run();
  };
  return { told, timers, take, ring };
};

describe('turns', () => {
  it('are taken by so many at once, and by the others in their order', () => {
    const { told, take } = world(2);
    const [endA, endB] = [take('a'), take('b'), take('c'), take('d')];
    expect(told).toEqual(['a', 'b']);
    endB();
    expect(told).toEqual(['a', 'b', 'c']);
    endA();
    endA();
    expect(told).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are given up by who still waits', () => {
    const { told, take } = world(1);
    const [endA, endB] = [take('a'), take('b'), take('c')];
    endB();
    endA();
    expect(told).toEqual(['a', 'c']);
  });

  it('may last as long as nobody waits, and not much longer', () => {
    const { told, take, ring } = world(1);
    take('a');
    ring();
    expect(told).toEqual(['a']);
    take('b');
    ring();
    expect(told).toEqual(['a', 'a too long']);
  });

  it('leave no timer behind', () => {
    const { timers, take, ring } = world(1);
    const [endA, endB] = [take('a'), take('b')];
    ring();
    endA();
    endB();
    expect(timers.size).toBe(0);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { After } from '@typed-queue/contracts/wire';
import { Semaphore } from './semaphore.js';

/** A semaphore, what its holders heard, and timers that fire when a test says so. */
const semaphoreOf = (permits: number) => {
  const calls: string[] = [];
  const timers = new Set<() => void>();
  const after: After = (_ms, run) => {
    const once = (): void => {
      timers.delete(once);
      run();
    };
    timers.add(once);
    return () => timers.delete(once);
  };
  const semaphore = new Semaphore(permits, after);
  const acquire = (name: string) =>
    semaphore.acquire({ acquired: () => calls.push(name), overdue: () => calls.push(`${name} overdue`) });
  const fire = (): void => {
    for (const run of [...timers]) run();
  };
  return { calls, timers, acquire, fire };
};

describe('a semaphore', () => {
  it('grants its permits, and released ones in the order of the requests', () => {
    const { calls, acquire } = semaphoreOf(2);
    const [releaseA, releaseB] = [acquire('a'), acquire('b'), acquire('c'), acquire('d')];
    expect(calls).toEqual(['a', 'b']);
    releaseB();
    expect(calls).toEqual(['a', 'b', 'c']);
    releaseA();
    releaseA();
    expect(calls).toEqual(['a', 'b', 'c', 'd']);
  });

  it('forgets a request that is released before its grant', () => {
    const { calls, acquire } = semaphoreOf(1);
    const [releaseA, releaseB] = [acquire('a'), acquire('b'), acquire('c')];
    releaseB();
    releaseA();
    expect(calls).toEqual(['a', 'c']);
  });

  it('reports an overdue permit only while others wait', () => {
    const { calls, acquire, fire } = semaphoreOf(1);
    acquire('a');
    fire();
    expect(calls).toEqual(['a']);
    acquire('b');
    fire();
    expect(calls).toEqual(['a', 'a overdue']);
  });

  it('leaves no timer when everything is released', () => {
    const { timers, acquire, fire } = semaphoreOf(1);
    const [releaseA, releaseB] = [acquire('a'), acquire('b')];
    fire();
    releaseA();
    releaseB();
    expect(timers.size).toBe(0);
  });
});

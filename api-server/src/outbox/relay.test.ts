import { describe, expect, it } from '@jest/globals';
import { entryOf } from './entry.fixture.js';
import type { Entry } from './entry.js';
import { runRelay, type RelayDeps } from './relay.js';
import { Sleep } from './sleep.js';

const entry = (number: number): Entry => entryOf({ _id: `id-${number}`, document: `product/${number}` });

/** A relay loop over an outbox in memory, whose clock is moved by hand. */
const start = (...entries: readonly Entry[]) => {
  const waiting = [...entries];
  const timers: { readonly ms: number; readonly run: () => void }[] = [];
  const batches: string[][] = [];
  const stop = new AbortController();
  const after = (ms: number, run: () => void) => {
    timers.push({ ms, run });
    return () => undefined;
  };
  const idle = new Sleep(after);
  const deps = {
    idle,
    gathering: new Sleep(after),
    pollMs: 1_000,
    signal: stop.signal,
    now: () => 0,
    outbox: {
      attempted: async () => [],
      next: async () => [...waiting],
      recordAttempt: async (ids: readonly string[]) => void batches.push([...ids]),
      remove: async (ids: readonly string[]) => void waiting.splice(0, ids.length),
    },
    queue: {
      admin: { queues: async () => [{ queue: 'database', epoch: 'e', lastSeq: 0 }] },
      publish: async () => ({ epoch: 'e', seq: 1 }),
    },
    assertHeld: () => undefined,
    onRecovered: () => undefined,
  };
  // Safe for a test: nothing else of them is used.
  const ended = runRelay(deps as unknown as RelayDeps);
  const eventLoopIdle = () => new Promise((resolve) => setImmediate(resolve));
  /** Adds entries and wakes the relay. */
  const add = async (...more: readonly Entry[]) => {
    waiting.push(...more);
    idle.wake();
    await eventLoopIdle();
  };
  /** Ends the newest sleep. */
  const tick = async () => {
    timers.at(-1)?.run();
    await eventLoopIdle();
  };
  const end = async () => {
    stop.abort();
    await ended;
  };
  return { batches, timers, add, tick, eventLoopIdle, end };
};

describe('the relay loop', () => {
  it('publishes the first entry at once, and the entries of the next milliseconds together', async () => {
    const running = start(entry(1));
    await running.eventLoopIdle();
    expect(running.batches).toEqual([['id-1']]);
    for (const number of [2, 3, 4]) await running.add(entry(number));
    expect(running.batches).toHaveLength(1);
    expect(running.timers.at(-1)?.ms).toBeLessThan(50);
    await running.tick();
    expect(running.batches).toEqual([['id-1'], ['id-2', 'id-3', 'id-4']]);
    await running.end();
  });

  it('does not wait between full batches', async () => {
    const running = start(...Array.from({ length: 300 }, (_, number) => entry(number)));
    await running.eventLoopIdle();
    expect(running.timers.map(({ ms }) => ms)).toEqual([1_000]);
    await running.end();
  });
});

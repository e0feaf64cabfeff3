import { describe, expect, it } from '@jest/globals';
import type { Entry } from './entry.js';
import { relay, type RelayLoopDeps } from './relay-loop.js';
import { Sleep } from './timing.js';

const entry = (number: number): Entry => ({
  ...{ _id: `id-${number}`, event: 'create', payload: '{}', headers: {}, createdAt: new Date(0) },
  ...{ document: `product/${number}`, revision: 1, change: `product/${number}@1` },
});

/** A relay over an outbox in memory, whose clock is moved by hand. */
const start = (...entries: readonly Entry[]) => {
  const waiting = [...entries];
  const timers: { readonly ms: number; readonly run: () => void }[] = [];
  const batches: string[][] = [];
  const stop = new AbortController();
  const after = (ms: number, run: () => void) => {
    timers.push({ ms, run });
    return () => undefined;
  };
  const [sleep, gathering] = [new Sleep(after), new Sleep(after)];
  const deps = {
    ...{ sleep, gathering, pollMs: 1_000, signal: stop.signal, now: () => 0 },
    outbox: {
      attempted: async () => [],
      next: async () => [...waiting],
      mark: async (ids: readonly string[]) => void batches.push([...ids]),
      remove: async (ids: readonly string[]) => void waiting.splice(0, ids.length),
    },
    queue: {
      admin: { queues: async () => [{ queue: 'database', epoch: 'e', lastSeq: 0 }] },
      publish: async () => ({ epoch: 'e', seq: 1 }),
    },
    ...{ assertHeld: () => undefined, onRecovered: () => undefined },
  };
  // Safe for a test: nothing else of them is used.
  const ended = relay(deps as unknown as RelayLoopDeps);
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  /** New entries, of which the relay is told. */
  const add = async (...more: readonly Entry[]) => {
    waiting.push(...more);
    sleep.wake();
    await settled();
  };
  /** Ends the wait that is the newest. */
  const tick = async () => {
    timers.at(-1)?.run();
    await settled();
  };
  const end = async () => {
    stop.abort();
    await ended;
  };
  return { batches, timers, add, tick, settled, end };
};

describe('a relay under load', () => {
  it('publishes the first entry at once, and what comes in the next milliseconds together', async () => {
    const running = start(entry(1));
    await running.settled();
    expect(running.batches).toEqual([['id-1']]);
    for (const number of [2, 3, 4]) await running.add(entry(number));
    expect(running.batches).toHaveLength(1);
    expect(running.timers.at(-1)?.ms).toBeLessThan(50);
    await running.tick();
    expect(running.batches).toEqual([['id-1'], ['id-2', 'id-3', 'id-4']]);
    await running.end();
  });

  it('does not wait while it is behind', async () => {
    const running = start(...Array.from({ length: 300 }, (_, number) => entry(number)));
    await running.settled();
    expect(running.timers.map(({ ms }) => ms)).toEqual([1_000]);
    await running.end();
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Position } from '@typed-queue/contracts';
import { entryOf } from './entry.fixture.js';
import type { Entry } from './entry.js';
import { Handover } from './handover.js';
import { runRelay, type RelayDeps } from './relay.js';
import { Sleep } from './sleep.js';

const entry = (number: number, revision = 1): Entry =>
  entryOf({ _id: `id-${number}`, document: `product/${number}`, revision });

/** A relay loop over an outbox in memory, whose clock is moved by hand. */
const start = async (...entries: readonly Entry[]) => {
  const waiting = [...entries];
  const timers: { readonly ms: number; readonly run: () => void }[] = [];
  /** Of the outbox. */
  const calls: string[] = [];
  const published: string[] = [];
  let time = 0;
  let checkpoint: Position | undefined;
  const stop = new AbortController();
  const after = (ms: number, run: () => void) => {
    timers.push({ ms, run });
    return () => undefined;
  };
  const idle = new Sleep(after);
  const handover = new Handover();
  const deps = {
    idle,
    handover,
    gathering: new Sleep(after),
    pollMs: 1_000,
    signal: stop.signal,
    now: () => 0,
    elapsed: () => time,
    lease: {
      checkpoint: undefined,
      advance: (position: Position) => {
        checkpoint = position;
      },
    },
    outbox: {
      isEmpty: async () => true,
      next: async () => {
        calls.push('next');
        return { entries: [...waiting], isAll: true };
      },
      inOrder: async (batch: readonly Entry[]) => {
        calls.push('inOrder');
        return { entries: batch, isAll: true };
      },
      remove: async (ids: readonly string[]) => {
        calls.push(`remove ${ids.length}`);
        for (const id of ids) {
          const at = waiting.findIndex(({ _id }) => _id === id);
          if (at >= 0) waiting.splice(at, 1);
        }
      },
    },
    queue: {
      admin: { queues: async () => [{ queue: 'database', epoch: 'e', lastSeq: 0 }] },
      publish: async (...[, , , { id }]: readonly [string, string, object, { readonly id: string }]) => {
        published.push(id);
        return { epoch: 'e', seq: published.length };
      },
    },
    assertHeld: () => undefined,
    onRecovered: () => undefined,
    onPublished: () => undefined,
  };
  // Safe for a test: nothing else of them is used.
  const ended = runRelay(deps as unknown as RelayDeps);
  const eventLoopIdle = () => new Promise((resolve) => setImmediate(resolve));
  await eventLoopIdle();
  return {
    calls,
    published,
    timers,
    waiting,
    checkpoint: () => checkpoint,
    eventLoopIdle,
    /** Commits entries of this process, and hands them over. */
    add: async (...more: readonly Entry[]) => {
      waiting.push(...more);
      handover.add(more);
      idle.wake();
      await eventLoopIdle();
    },
    /** Hands over what was committed earlier. */
    handOver: async (...more: readonly Entry[]) => {
      handover.add(more);
      idle.wake();
      await eventLoopIdle();
    },
    /** Ends the newest sleep, when it is over. */
    tick: async () => {
      const timer = timers.at(-1);
      time += timer?.ms ?? 0;
      timer?.run();
      await eventLoopIdle();
    },
    end: async () => {
      stop.abort();
      await ended;
    },
  };
};

describe('the relay loop', () => {
  it('publishes the first entry at once, and the entries of the next milliseconds together', async () => {
    const running = await start();
    await running.add(entry(1));
    expect(running.published).toEqual(['id-1']);
    for (const number of [2, 3, 4]) await running.add(entry(number));
    expect(running.published).toHaveLength(1);
    expect(running.timers.at(-1)?.ms).toBeLessThan(50);
    await running.tick();
    expect(running.published).toEqual(['id-1', 'id-2', 'id-3', 'id-4']);
    await running.end();
  });

  it('does not wait between full batches', async () => {
    const running = await start(...Array.from({ length: 300 }, (_, number) => entry(number)));
    expect(running.published).toHaveLength(300);
    expect(running.timers.map(({ ms }) => ms)).toEqual([1_000]);
    await running.end();
  });

  it('does not read what it is handed over', async () => {
    const running = await start();
    for (let number = 0; number < 5; number++) {
      await running.add(entry(number));
      await running.tick();
    }
    expect(running.published).toHaveLength(5);
    expect(running.calls.filter((call) => !call.startsWith('remove'))).toEqual(['next']);
    await running.end();
  });

  it('removes what was published together, a moment later', async () => {
    const running = await start();
    for (let number = 0; number < 20; number++) {
      await running.add(entry(number));
      await running.tick();
    }
    const removals = running.calls.filter((call) => call.startsWith('remove'));
    expect(removals.length).toBeGreaterThan(0);
    expect(removals.length).toBeLessThan(10);
    await running.end();
    expect(running.waiting).toEqual([]);
  });

  it('removes what was published without more to publish', async () => {
    const running = await start();
    await running.add(entry(1));
    while (running.waiting.length > 0) await running.tick();
    expect(running.calls).toEqual(['next', 'remove 1']);
    await running.end();
  });

  it('moves its checkpoint when what it published is removed', async () => {
    const running = await start();
    expect(running.checkpoint()).toEqual({ epoch: 'e', seq: 1 });
    await running.add(entry(1), entry(2));
    expect(running.checkpoint()).toEqual({ epoch: 'e', seq: 1 });
    while (running.waiting.length > 0) await running.tick();
    expect(running.checkpoint()).toEqual({ epoch: 'e', seq: 3 });
    await running.end();
  });

  it('reads for entries of other processes at each poll interval, also while it is handed over more', async () => {
    const running = await start();
    running.waiting.push(entry(1_000));
    for (let number = 0; number < 150; number++) {
      await running.add(entry(number));
      await running.tick();
    }
    expect(running.published).toContain('id-1000');
    expect(running.calls.filter((call) => call === 'next').length).toBeLessThan(5);
    await running.end();
  });

  it('asks for earlier changes of a document before it publishes a later one', async () => {
    const running = await start();
    await running.add(entry(1));
    await running.tick();
    await running.add(entry(2, 2));
    await running.tick();
    expect(running.calls).toEqual(['next', 'remove 1', 'inOrder']);
    await running.end();
  });

  it('publishes once what it has read and is handed over later', async () => {
    const late = entry(1);
    const running = await start(late);
    expect(running.published).toEqual(['id-1']);
    await running.handOver(late);
    await running.tick();
    await running.tick();
    expect(running.published).toEqual(['id-1']);
    await running.end();
  });
});

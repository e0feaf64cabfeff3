import { describe, expect, it } from '@jest/globals';
import { MINUTE, type Retention } from '@typed-queue/contracts';
import { setImmediate as turn } from 'node:timers/promises';
import type { Claimed } from './claim.js';
import { Time } from './conformance/time.fixture.js';
import type { Engine } from './engine.js';
import { frameOf } from './frames.fixture.js';
import { openMemoryEngine } from './memory/open-memory-engine.js';

const QUEUE = 'files';
const HOUR = 60 * MINUTE;
const LEASE_MS = 30_000;
const member = 'm';

/** Time passes as its timers say; the wall clock can be set besides. */
class AdjustableWallClock extends Time {
  offset = 0;
}

interface Opened {
  readonly clock: AdjustableWallClock;
  readonly engine: Engine;
}

const open = async (retention: Retention = {}): Promise<Opened> => {
  const clock = new AdjustableWallClock();
  const engine = openMemoryEngine({
    queues: [{ name: QUEUE, retention, deadLetters: retention }],
    leaseMs: LEASE_MS,
    after: clock.after,
    now: () => clock.now,
    wallNow: () => clock.now + clock.offset,
  });
  await engine.group(QUEUE, 'g').open({ start: 'start' });
  await engine.queue(QUEUE).append(frameOf([1]));
  return { clock, engine };
};

const claim = async (engine: Engine): Promise<Claimed | undefined> => {
  const claimed = await engine.group(QUEUE, 'g').claim({ member, maxMessages: 1, maxBytes: 1024 });
  return typeof claimed === 'string' ? undefined : claimed;
};

/** Lets time pass in steps, with all that is done in each of them. */
const pass = async (clock: AdjustableWallClock, ms: number): Promise<void> => {
  for (let left = ms; left > 0; left -= MINUTE) {
    clock.pass(Math.min(left, MINUTE));
    await turn();
  }
};

describe.each([
  ['forward', 6 * HOUR],
  ['back', -6 * HOUR],
])('when the wall clock is set six hours %s', (_, offset) => {
  it('a lease ends when it should', async () => {
    const { clock, engine } = await open();
    await claim(engine);
    clock.offset = offset;
    clock.pass(LEASE_MS - 1);
    expect(await claim(engine)).toBeUndefined();
    clock.pass(1);
    expect(await claim(engine)).toMatchObject({ frames: [{ firstSeq: 1 }] });
    await engine.close();
  });

  it('a retry is due when it should be', async () => {
    const { clock, engine } = await open();
    const token = (await claim(engine))?.token ?? 0;
    await engine.group(QUEUE, 'g').settle({ member, token, outcome: { kind: 'retry', delayMs: 5_000 } });
    clock.offset = offset;
    clock.pass(4_999);
    expect(await claim(engine)).toBeUndefined();
    clock.pass(1);
    expect(await claim(engine)).toMatchObject({ frames: [{ firstSeq: 1 }] });
    await engine.close();
  });

  it('a message is removed by its age by the wall clock, with its segment of the log', async () => {
    const { clock, engine } = await open({ maxAgeMs: HOUR });
    clock.offset = offset;
    const setBack = Math.max(0, -offset);
    await pass(clock, setBack);
    expect(engine.queue(QUEUE).head().firstSeq).toBe(1);
    await pass(clock, HOUR + HOUR / 8 + 3 * MINUTE);
    expect(engine.queue(QUEUE).head().firstSeq).toBe(2);
    await engine.close();
  });

  it('a dead letter goes within a minute of its age by the wall clock', async () => {
    const { clock, engine } = await open({ maxAgeMs: HOUR });
    const token = (await claim(engine))?.token ?? 0;
    const settled = await engine
      .group(QUEUE, 'g')
      .settle({ member, token, outcome: { kind: 'dead-letter' } });
    await settled.durable;
    clock.offset = offset;
    const due = Math.max(0, HOUR - offset);
    await pass(clock, Math.max(0, due - MINUTE));
    if (due > 0) expect((await engine.queue(QUEUE).deadLetters.list({})).letters).toHaveLength(1);
    await pass(clock, 3 * MINUTE);
    expect((await engine.queue(QUEUE).deadLetters.list({})).letters).toEqual([]);
    await engine.close();
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MINUTE } from '@typed-queue/contracts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { Time } from '../conformance/time.fixture.js';
import type { Claimed } from '../claim.js';
import type { Engine } from '../engine.js';
import { frameOf } from '../frames.fixture.js';
import { openDiskEngine } from './open-disk-engine.js';

const QUEUE = 'files';
const HOUR = 60 * MINUTE;
const DELAY = 10_000;
const member = 'm';

/** How far a clock is off, in ms. */
interface Offsets {
  readonly steady: number;
  readonly wall: number;
}

let dir: string;
let time: Time;

const open = ({ steady, wall }: Offsets): Promise<Engine> =>
  openDiskEngine({
    dir,
    queues: [{ name: QUEUE, retention: {} }],
    after: time.after,
    now: () => time.now + steady,
    wallNow: () => time.now + wall,
  });

const claim = async (engine: Engine): Promise<Claimed | undefined> => {
  const claimed = await engine.group(QUEUE, 'g').claim({ member, maxMessages: 10, maxBytes: 1024 * 1024 });
  return typeof claimed === 'string' ? undefined : claimed;
};

const end = async (engine: Engine, kind: 'retry' | 'dead-letter'): Promise<void> => {
  const token = (await claim(engine))?.token ?? 0;
  const outcome = kind === 'retry' ? { kind, delayMs: DELAY } : { kind };
  await (
    await engine.group(QUEUE, 'g').settle({ member, token, outcome })
  ).durable;
};

/** A server runs with some offsets, ends one of its messages in a way, and stops. */
const run = async (offsets: Offsets, kind: 'retry' | 'dead-letter'): Promise<void> => {
  const engine = await open(offsets);
  await engine.group(QUEUE, 'g').open({ start: 'start' });
  await engine.queue(QUEUE).append(frameOf([1]));
  await end(engine, kind);
  await engine.close();
};

const expectDueIn = async (engine: Engine, ms: number): Promise<void> => {
  time.pass(ms - 1);
  expect(await claim(engine)).toBeUndefined();
  time.pass(1);
  expect(await claim(engine)).toMatchObject({ frames: [{ firstSeq: 1 }] });
  await engine.close();
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'clock-restart-'));
  time = new Time();
});
afterEach(() => rm(dir, { recursive: true }));

describe.each([
  ['fast', 6 * HOUR],
  ['slow', -6 * HOUR],
])('a server that was started while the wall clock was six hours %s', (_, offset) => {
  it('stores a retry that keeps its due time at the next start, with the clock set right', async () => {
    await run({ steady: offset, wall: 0 }, 'retry');
    time.pass(4_000);
    await expectDueIn(await open({ steady: 0, wall: 0 }), DELAY - 4_000);
  });

  it('keeps the due time of a stored retry', async () => {
    await run({ steady: 0, wall: 0 }, 'retry');
    time.pass(4_000);
    await expectDueIn(await open({ steady: offset, wall: 0 }), DELAY - 4_000);
  });

  it('keeps the due time of a stored retry in a snapshot, too', async () => {
    await run({ steady: offset, wall: 0 }, 'retry');
    // A start without the copies writes a snapshot.
    await rm(join(dir, 'groups-copy'), { recursive: true });
    // Neither the clock of the first start nor that of the last: a snapshot of its times would be seen.
    await (await open({ steady: 2 * offset, wall: 0 })).close();
    await expectDueIn(await open({ steady: 0, wall: 0 }), DELAY);
  });

  it('gives failures the time of the wall clock', async () => {
    const start = time.now;
    await run({ steady: offset, wall: 0 }, 'dead-letter');
    const engine = await open({ steady: 0, wall: 0 });
    await turn();
    const { letters } = await engine.queue(QUEUE).deadLetters.list({});
    expect(letters).toMatchObject([{ time: start, failures: [{ time: start }] }]);
    await engine.close();
  });
});

describe('a retry after a restart', () => {
  it('waits no longer than its own delay when the wall clock was set back six hours in between', async () => {
    await run({ steady: 6 * HOUR, wall: 6 * HOUR }, 'retry');
    await expectDueIn(await open({ steady: 0, wall: 0 }), DELAY);
  });

  it('is due at once when the wall clock was set forward six hours in between', async () => {
    await run({ steady: 0, wall: 0 }, 'retry');
    const engine = await open({ steady: 6 * HOUR, wall: 6 * HOUR });
    expect(await claim(engine)).toMatchObject({ frames: [{ firstSeq: 1 }] });
    await engine.close();
  });
});

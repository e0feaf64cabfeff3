import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Engine } from '../engine.js';
import { Time } from '../conformance/time.fixture.js';
import { frameOf } from '../frames.fixture.js';
import { LossyFileSystem, type Ending } from '../journal/lossy-file-system.fixture.js';
import { openDiskEngine } from './open-disk-engine.js';

const QUEUE = 'files';
const GROUP = 'g';
const COUNT = 6;
const reject = { kind: 'dead-letter', reason: 'never' } as const;

/** What was asked for and what was confirmed, by seq. */
class Ledger {
  /** Acks and discards that were begun: from then on a message may be gone. */
  readonly ended = new Set<number>();
  /** Those that were answered: from then on it must be gone. */
  readonly gone = new Set<number>();
  /** Dead-lettered, as confirmed, since the last redrive. */
  readonly dead = new Set<number>();
}

let dir: string;
const open = (fileSystem: LossyFileSystem): Promise<Engine> => {
  const time = new Time();
  const queues = [{ name: QUEUE, retention: {} }];
  return openDiskEngine({ dir, queues, fileSystem, now: () => time.now, after: time.after });
};

const lettersOf = async (engine: Engine) => (await engine.queue(QUEUE).deadLetters.list({})).letters;

const end = async (ledger: Ledger, seqs: readonly number[], done: Promise<unknown>): Promise<void> => {
  for (const seq of seqs) ledger.ended.add(seq);
  await done;
  for (const seq of seqs) ledger.gone.add(seq);
};

/** Settles messages under a token, whole. */
const settle = async (
  engine: Engine,
  token: number,
  seqs: readonly number[],
  ack: boolean,
): Promise<void> => {
  const ranges = seqs.map((seq) => [seq, seq] as const);
  const outcome = ack ? ({ kind: 'ack' } as const) : reject;
  const settling = { member: 'm', token, outcome, ranges };
  const { held, durable } = await engine.group(QUEUE, GROUP).settle(settling);
  if (!held) throw new Error('the disk had stopped before');
  await durable;
};

const claim = async (engine: Engine) => {
  const limits = { maxMessages: 100, maxBytes: 1024 * 1024 };
  const claimed = await engine.group(QUEUE, GROUP).claim({ member: 'm', ...limits });
  return typeof claimed === 'string' ? undefined : claimed;
};

/** Dead-letters all, redrives some, and acks, dead-letters and discards among them. */
const work = async (engine: Engine, ledger: Ledger): Promise<void> => {
  await engine.queue(QUEUE).append(frameOf(Array.from({ length: COUNT }, (_, index) => index + 1)));
  await engine.group(QUEUE, GROUP).open({ start: 'start' });
  const first = await claim(engine);
  await settle(engine, first?.token ?? 0, [1, 2, 3, 4, 5, 6], false);
  for (let seq = 1; seq <= COUNT; seq++) ledger.dead.add(seq);
  const letters = await lettersOf(engine);
  for (const seq of [1, 2, 3, 4]) ledger.dead.delete(seq);
  await engine.queue(QUEUE).deadLetters.redrive(letters.slice(0, 4));
  const again = await claim(engine);
  const acked = settle(engine, again?.token ?? 0, [1], true);
  const given = settle(engine, again?.token ?? 0, [2], false).then(() => ledger.dead.add(2));
  await Promise.all([end(ledger, [1], acked), given]);
  ledger.dead.delete(5);
  const fifth = letters[4]?.position;
  if (fifth === undefined) throw new Error('the disk had stopped before');
  await end(ledger, [5], engine.queue(QUEUE).deadLetters.discard([fifth]));
  await end(ledger, [3], settle(engine, again?.token ?? 0, [3], true));
};

/** Every message is at one place: dead, or pending, or gone when that was asked for. */
const check = async (engine: Engine, ledger: Ledger): Promise<void> => {
  if (engine.queue(QUEUE).head().lastSeq < COUNT || engine.group(QUEUE, GROUP).info() === undefined) return;
  const dead = (await lettersOf(engine)).map(({ seq }) => seq);
  expect(dead).toEqual([...new Set(dead)]);
  const pending: number[] = [];
  for (let claimed = await claim(engine); claimed !== undefined; claimed = await claim(engine)) {
    for (const { firstSeq, count } of claimed.frames) {
      for (let seq = firstSeq; seq < firstSeq + count; seq++) pending.push(seq);
    }
  }
  // What was to be dead-lettered before the crash is dead-lettered after it.
  const isDeadLettered = (): boolean => engine.group(QUEUE, GROUP).info()?.unsettled === pending.length;
  for (let turns = 0; turns < 5_000 && !isDeadLettered(); turns++) await turn();
  expect(isDeadLettered()).toBe(true);
  const now = (await lettersOf(engine)).map(({ seq }) => seq);
  expect(now).toEqual([...new Set(now)]);
  expect(pending.filter((seq) => now.includes(seq))).toEqual([]);
  for (let seq = 1; seq <= COUNT; seq++) {
    const places = [...now, ...pending].filter((each) => each === seq).length;
    if (ledger.gone.has(seq)) expect([seq, places]).toEqual([seq, 0]);
    else if (!ledger.ended.has(seq)) expect([seq, places]).toEqual([seq, 1]);
    if (ledger.dead.has(seq)) expect(now).toContain(seq);
  }
};

const ignore = (): undefined => undefined;

/** Works until the process stops in a call of the file system, and checks what a restart finds; whether it stopped. */
const crashAt = async (index: number, ending: Ending): Promise<boolean> => {
  const disk = new LossyFileSystem();
  const ledger = new Ledger();
  disk.fault = (call) => (call.index === index ? { kind: 'stop', takes: 0 } : undefined);
  const engine = await open(disk).catch(ignore);
  if (engine !== undefined) await work(engine, ledger).catch(ignore);
  const stopped = disk.calls > index;
  const survivor = disk.restart(ending);
  await engine?.close().catch(ignore);
  const after = await open(survivor);
  try {
    await check(after, ledger);
  } finally {
    await after.close();
  }
  return stopped;
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'letters-'));
  // The files are in memory; that the folder is there says that the queue has dead letters.
  await mkdir(join(dir, 'dead-letters', QUEUE), { recursive: true });
});
afterEach(() => rm(dir, { recursive: true }));

describe('dead letters', () => {
  it.each<Ending>(['kill', 'power'])(
    'are dead or pending, once, wherever a crash (%s) comes between giving up, redriving and removing them',
    async (ending) => {
      let index = 0;
      while (await crashAt(index, ending)) index++;
      expect(index).toBeGreaterThan(30);
    },
  );
});

import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDiskEngine } from '../engine/disk/open-disk-engine.js';
import { draftOf, idOf } from '../engine/frames.fixture.js';
import { openMemoryEngine } from '../engine/memory/open-memory-engine.js';
import { SCHEDULE_LOG } from './schedule-records.js';
import { FILES, ScheduleTrial, type OpenEngine } from './schedule.fixture.js';
import { describeScheduleClock } from './schedule-clock.suite.js';
import { describeSchedule } from './schedule.suite.js';

const MINUTE = 60_000;
const folders: string[] = [];
const newFolder = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'schedule-'));
  folders.push(dir);
  return dir;
};
afterEach(async () => {
  for (const dir of folders.splice(0)) await rm(dir, { recursive: true });
});

describe.each([
  ['memory', openMemoryEngine],
  ['disk', async (options) => openDiskEngine({ ...options, dir: await newFolder() })],
] satisfies [string, OpenEngine][])('with the %s engine', (name, open) => {
  describeSchedule(name, open);
  describeScheduleClock(name, open);
});

describe('a schedule', () => {
  it('of 20,000 messages over ten minutes publishes each once, in order and in time', async () => {
    const trial = await ScheduleTrial.start(openMemoryEngine);
    const start = trial.wallNow();
    const count = 20_000;
    const delayOf = (number: number): number => (1 + ((number * 7_919) % 600)) * 1_000;
    for (let first = 0; first < count; first += 1_000) {
      const numbers = Array.from({ length: 1_000 }, (_, index) => first + index);
      await Promise.all(numbers.map((number) => trial.add(number, delayOf(number))));
    }
    for (let second = 0; second < 600; second++) await trial.pass(1_000);
    const messages = await trial.messages();
    expect(messages).toHaveLength(count);
    const expected = Array.from({ length: count }, (_, number) => number).sort(
      (one, other) => delayOf(one) - delayOf(other) || one - other,
    );
    expect(await trial.sent()).toEqual(expected);
    const late = messages.map(({ time, id }) => time - start - delayOf(Number.parseInt(id.slice(-12), 16)));
    expect([Math.min(...late), Math.max(...late)]).toEqual([0, 0]);
    expect([trial.schedule.size, trial.errors]).toEqual([0, []]);
    await trial.end();
  }, 300_000);

  it('whose server was down when a message was due cannot cancel it once it is back, though its client sends it again', async () => {
    const trial = await ScheduleTrial.start(openMemoryEngine);
    await trial.add(1, 10);
    await trial.schedule.close();
    trial.time.pass(MINUTE);
    await trial.open();
    await trial.pass(0);
    const cancelled = trial.add(1, 6_000).then(() => trial.schedule.cancel(FILES, idOf(1)));
    expect(await cancelled).toBe(false);
    await trial.pass(MINUTE);
    expect(await trial.sent()).toEqual([1]);
    await trial.end();
  });

  it('cancels a message also while many others are due', async () => {
    const trial = await ScheduleTrial.start(openMemoryEngine);
    const due = Array.from({ length: 5_000 }, (_, index) => index + 1);
    await Promise.all(due.map((number) => trial.add(number, 10)));
    await trial.add(9_000, 60 * MINUTE);
    trial.time.pass(10);
    expect(await trial.schedule.cancel(FILES, idOf(9_000))).toBe(true);
    expect(trial.schedule.size).toBeGreaterThan(0);
    await trial.rest();
    expect(await trial.sent()).toEqual(due);
    await trial.end();
  });

  it('publishes large messages in the order of their times, whatever their order in its log', async () => {
    const trial = await ScheduleTrial.start(openMemoryEngine);
    const text = 'x'.repeat(300_000);
    for (let number = 20; number > 0; number--)
      await trial.addDraft(draftOf(number, number % 3 === 0 ? text : ''), {
        deliverAt: trial.wallNow() + number,
      });
    await trial.pass(MINUTE);
    expect(await trial.sent()).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    await trial.end();
  });

  it('without messages has no timer once it has forgotten the last one and its log is empty', async () => {
    const trial = await ScheduleTrial.start(openMemoryEngine);
    await trial.add(1, 10);
    await trial.pass(10);
    for (let hours = 0; hours < 25; hours++) await trial.pass(60 * MINUTE);
    expect(trial.time.running).toBe(0);
    const { firstSeq, lastSeq } = trial.engine.queue(SCHEDULE_LOG.name).head();
    expect(firstSeq).toBe(lastSeq + 1);
    await trial.end();
  });

  it('keeps what it needs of many messages that were published, not their records', async () => {
    const trial = await ScheduleTrial.start(openMemoryEngine);
    const numbers = Array.from({ length: 3_000 }, (_, index) => index + 1);
    await Promise.all(
      numbers.map((number) => trial.addDraft(draftOf(number, 'x'.repeat(1_000)), { delayMs: 10 })),
    );
    await trial.pass(10);
    for (let minutes = 0; minutes < 3; minutes++) await trial.pass(MINUTE);
    const { bytes, lastSeq } = trial.engine.queue(SCHEDULE_LOG.name).head();
    expect(bytes).toBeLessThan(200_000);
    for (let minutes = 0; minutes < 3; minutes++) await trial.pass(MINUTE);
    expect(trial.engine.queue(SCHEDULE_LOG.name).head().lastSeq).toBe(lastSeq);
    await trial.reopen();
    await Promise.all(numbers.map((number) => trial.add(number, 10)));
    expect(trial.schedule.size).toBe(0);
    await trial.end();
  });

  it('copies messages that wait for long to the end of a log of which little is needed, in their order', async () => {
    const trial = await ScheduleTrial.start(openMemoryEngine);
    trial.minCopiedBytes = 1_000_000;
    await trial.reopen();
    await trial.add(1, 60 * MINUTE);
    await trial.add(2, 60 * MINUTE);
    for (let number = 10; number < 40; number++)
      await trial.addDraft(draftOf(number, 'x'.repeat(1_000_000)), { delayMs: 1 });
    await trial.add(3, 60 * MINUTE);
    await trial.pass(1);
    await trial.pass(2 * MINUTE);
    const head = trial.engine.queue(SCHEDULE_LOG.name).head();
    expect(head.bytes).toBeLessThan(10_000_000);
    expect(await trial.schedule.peek(FILES, idOf(1))).toMatchObject({ payload: { number: 1 } });
    expect(await trial.schedule.cancel(FILES, idOf(2))).toBe(true);
    await trial.reopen();
    await trial.add(4, { deliverAt: trial.wallNow() + 58 * MINUTE });
    await trial.pass(60 * MINUTE);
    expect((await trial.sent()).slice(30)).toEqual([1, 3, 4]);
    await trial.end();
  });
});

describe('a publish of messages that are due', () => {
  const failure = new Error('the disk');

  it.each(['before', 'after'])('that fails %s they are stored publishes them once', async (when) => {
    const trial = await ScheduleTrial.start(openMemoryEngine);
    const { publish } = trial;
    let failures = 0;
    trial.publish = async (queue, frame) => {
      if (when === 'after') await publish(queue, frame);
      if (failures++ < 2) throw failure;
      if (when === 'before') await publish(queue, frame);
    };
    await trial.add(1, 10);
    await trial.add(2, 10);
    await trial.pass(10);
    expect(trial.errors).toEqual([failure]);
    await expect(trial.schedule.cancel(FILES, idOf(1))).rejects.toMatchObject({ code: 'overloaded' });
    expect(await trial.add(2, 10)).toMatchObject({ id: idOf(2) });
    for (let minutes = 0; minutes < 5; minutes++) await trial.pass(MINUTE);
    expect(await trial.sent()).toEqual([1, 2]);
    expect(trial.schedule.size).toBe(0);
    await trial.reopen();
    await trial.pass(5 * MINUTE);
    expect(await trial.sent()).toEqual([1, 2]);
    await trial.end();
  });

  it('that fails for one queue does not stop those to others', async () => {
    const trial = await ScheduleTrial.start(openMemoryEngine);
    const { publish } = trial;
    trial.publish = (queue, frame) => (queue === FILES ? Promise.reject(failure) : publish(queue, frame));
    await trial.add(1, 10);
    await trial.add(2, 11, 'database');
    await trial.pass(MINUTE);
    expect(await trial.sent('database')).toEqual([2]);
    trial.publish = publish;
    await trial.pass(5 * MINUTE);
    expect(await trial.sent()).toEqual([1]);
    await trial.end();
  });

  it('that fails for more messages than are sent at once does not stop those of other queues', async () => {
    const trial = await ScheduleTrial.start(openMemoryEngine);
    const { publish } = trial;
    trial.publish = (queue, frame) => (queue === FILES ? Promise.reject(failure) : publish(queue, frame));
    const numbers = Array.from({ length: 2_500 }, (_, index) => index + 1);
    await Promise.all(numbers.map((number) => trial.add(number, 10)));
    await trial.add(1, 11, 'database');
    await trial.pass(11);
    for (let rounds = 0; rounds < 3; rounds++) await trial.rest();
    expect(await trial.sent('database')).toEqual([1]);
    trial.publish = publish;
    await trial.pass(5 * MINUTE);
    for (let rounds = 0; rounds < 3; rounds++) await trial.rest();
    expect(await trial.sent()).toEqual(numbers);
    await trial.end();
  });

  it('that fails leaves them to be cancelled, and what comes after them to be sent', async () => {
    const trial = await ScheduleTrial.start(openMemoryEngine);
    const { publish } = trial;
    let failures = 0;
    trial.publish = (queue, frame) => (failures++ === 0 ? Promise.reject(failure) : publish(queue, frame));
    const numbers = Array.from({ length: 1_500 }, (_, index) => index + 1);
    await Promise.all(numbers.map((number) => trial.add(number, 10)));
    await trial.pass(10);
    await trial.rest();
    // The second round was never tried: its messages wait without being uncertain.
    expect(await trial.schedule.cancel(FILES, idOf(1_400))).toBe(true);
    await trial.add(2_000, 12);
    await trial.pass(5 * MINUTE);
    for (let rounds = 0; rounds < 3; rounds++) await trial.rest();
    expect(await trial.sent()).toEqual([...numbers.filter((number) => number !== 1_400), 2_000]);
    expect(trial.schedule.size).toBe(0);
    await trial.end();
  });
});

describe('cancellations', () => {
  it('that are asked for at the same time share an append', async () => {
    const trial = await ScheduleTrial.start(openMemoryEngine);
    const numbers = Array.from({ length: 500 }, (_, index) => index + 1);
    await Promise.all(numbers.map((number) => trial.add(number, MINUTE)));
    const log = trial.engine.queue(SCHEDULE_LOG.name);
    const append = jest.spyOn(Object.getPrototypeOf(log) as typeof log, 'append');
    const cancelled = await Promise.all(numbers.map((number) => trial.schedule.cancel(FILES, idOf(number))));
    expect(cancelled).toEqual(numbers.map(() => true));
    expect(append.mock.calls.length).toBe(5);
    append.mockRestore();
    await trial.end();
  });

  it('of the same message at the same time remove it once', async () => {
    const trial = await ScheduleTrial.start(openMemoryEngine);
    await trial.add(1, MINUTE);
    await trial.add(2, MINUTE);
    await Promise.all([1, 1, 1].map((number) => trial.schedule.cancel(FILES, idOf(number))));
    expect(await trial.schedule.cancel(FILES, idOf(1))).toBe(false);
    expect(trial.schedule.size).toBe(1);
    await trial.end();
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { GroupCounts } from '../delivery/group-counts.js';
import { Time } from '../engine/conformance/time.fixture.js';
import { QueueHistory, type QueueHistoryDeps } from './queue-history.js';

const STEP = 10_000;
const everything = { mayAdminister: () => true };

/** The figures of one queue, as the test sets them. */
class Figures {
  published = 0;
  lastSeq = 0;
  letters = 0;
  readonly groups = new Map<string, { cursor: number; unsettled: number }>();
}

let time: Time;
let counts: GroupCounts;
let figures: Map<string, Figures>;
let errors: unknown[];
let history: QueueHistory;

const of = (queue: string): Figures => {
  const known = figures.get(queue) ?? new Figures();
  figures.set(queue, known);
  return known;
};

beforeEach(() => {
  time = new Time();
  counts = new GroupCounts();
  figures = new Map();
  errors = [];
  const deps = {
    queues: ['files', 'orders'],
    engine: {
      queue: (name: string) => ({
        head: () => ({ epoch: 'e', firstSeq: 1, lastSeq: of(name).lastSeq, bytes: 0 }),
        groups: { positions: () => [...of(name).groups].map(([group, rest]) => ({ group, ...rest })) },
        deadLetters: { status: () => ({ letters: of(name).letters }) },
      }),
    },
    delivery: { counts },
    publishGate: { countOf: (name: string) => ({ stored: of(name).published, duplicates: 0 }) },
    clock: { now: () => time.now, wallNow: () => time.now, after: time.after },
    onError: (error: unknown) => errors.push(error),
  };
  // Safe for a test: nothing else of them is used.
  history = new QueueHistory(deps as unknown as QueueHistoryDeps);
});

describe('the history of a queue', () => {
  it('has nothing before the first 10 seconds are over', () => {
    time.pass(STEP - 1);
    expect(history.of(['files'], everything)).toMatchObject({ stepMs: STEP, published: [], depth: [] });
  });

  it('has the messages a second of each step', () => {
    of('files').published = 50;
    counts.of('files', 'g').acked = 20;
    counts.of('files', 'h').dead = 10;
    time.pass(STEP);
    of('files').published = 51;
    time.pass(STEP);
    expect(history.of(['files'], everything)).toMatchObject({ published: [5, 0.1], settled: [3, 0] });
  });

  it('has the largest depth of its groups, and its dead letters', () => {
    Object.assign(of('files'), { lastSeq: 10, letters: 4 });
    of('files').groups.set('a', { cursor: 9, unsettled: 5 }).set('b', { cursor: 11, unsettled: 1 });
    time.pass(STEP);
    expect(history.of(['files'], everything)).toMatchObject({ depth: [7], deadLetters: [4] });
  });

  it('says when its first step ended', () => {
    const start = time.now;
    time.pass(3 * STEP);
    expect(history.of(['files'], everything).from).toBe(start + STEP);
  });

  it('is an hour long', () => {
    const start = time.now;
    time.pass(400 * STEP);
    const { from, published } = history.of(['files'], everything);
    expect([from, published.length]).toEqual([start + 41 * STEP, 360]);
  });

  it('has null for what was not measured, since the process stood still', () => {
    of('files').published = 10;
    time.pass(STEP);
    time.now += 3 * STEP;
    of('files').published = 40;
    time.pass(0);
    expect(history.of(['files'], everything).published).toEqual([1, null, null, 1]);
  });

  it('sums several queues up', () => {
    of('files').published = 10;
    of('orders').published = 30;
    time.pass(STEP);
    expect(history.of(['files', 'orders'], everything).published).toEqual([4]);
  });

  it('shows only what was published to those who do not administer the queue', () => {
    Object.assign(of('files'), { published: 10, lastSeq: 10, letters: 4 });
    of('files').groups.set('a', { cursor: 1, unsettled: 0 });
    time.pass(STEP);
    expect(history.of(['files'], { mayAdminister: () => false })).toMatchObject({
      published: [1],
      depth: [0],
      deadLetters: [0],
    });
  });

  it('counts what a group settled that was deleted since', () => {
    counts.of('files', 'g').acked = 20;
    time.pass(STEP);
    counts.of('files', 'g').acked = 30;
    counts.forget('files', 'g');
    time.pass(STEP);
    expect(history.of(['files'], everything).settled).toEqual([2, 1]);
  });

  it('goes on after a sample that failed', () => {
    const failing = figures;
    figures = new Proxy(failing, {
      get: () => {
        throw new Error('broken');
      },
    });
    time.pass(STEP);
    figures = failing;
    time.pass(STEP);
    expect([errors.length, history.of(['files'], everything).published.length]).toEqual([1, 2]);
  });

  it('is no longer measured when it is stopped', () => {
    history.stop();
    expect(time.running).toBe(0);
  });
});

describe('the rates of a queue', () => {
  it('are those of the last step', () => {
    of('files').published = 50;
    time.pass(STEP);
    of('files').published = 70;
    time.pass(STEP);
    expect(history.ratesOf('files')).toEqual({ published: 2, settled: 0 });
  });

  it('are 0 for a queue without messages', () => {
    expect(history.ratesOf('orders')).toEqual({ published: 0, settled: 0 });
  });
});

describe('the growth of a group', () => {
  it('is seen from the second minute on', () => {
    of('files').groups.set('a', { cursor: 1, unsettled: 0 });
    for (let step = 1; step <= 13; step++) {
      of('files').lastSeq = step * 10;
      time.pass(STEP);
    }
    expect(history.growthOf('files', 'a')).toEqual({ before: 10, overMs: 12 * STEP });
  });
});

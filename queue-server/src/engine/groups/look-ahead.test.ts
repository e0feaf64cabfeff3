import { describe, expect, it } from '@jest/globals';
import { encodeFrame, type Frame } from '@typed-queue/contracts/wire';
import { draftOf, stored } from '../frames.fixture.js';
import { Group } from '../group/group.js';
import type { LogItem } from '../log/log.js';
import { LookAhead } from './look-ahead.js';

const MiB = 1024 * 1024;
const policy = {
  leaseMs: 1_000,
  maxUnsettled: 100,
  maxAttempts: 3,
  retryDelayMs: () => 0,
  priorities: true,
};

/** A log of frames of one message each, whose priority is the last digit of its seq; it counts what is read. */
class CountedLog {
  readonly reads: number[] = [];
  readonly #lastSeq: number;
  readonly #textLength: number;

  constructor(lastSeq: number, textLength = 0) {
    this.#lastSeq = lastSeq;
    this.#textLength = textLength;
  }

  head() {
    return { epoch: 'e', firstSeq: 1, lastSeq: this.#lastSeq, bytes: 0 };
  }

  async read(fromSeq: number, maxBytes: number): Promise<readonly LogItem[]> {
    this.reads.push(fromSeq);
    const items: LogItem[] = [];
    let bytes = 0;
    for (let seq = fromSeq; seq <= this.#lastSeq && bytes < maxBytes; seq++) {
      const frame = this.#frame(seq);
      items.push({ kind: 'frame', frame });
      bytes += frame.bytes.byteLength;
    }
    return items;
  }

  #frame(seq: number): Frame {
    const draft = { ...draftOf(seq, 'x'.repeat(this.#textLength)), priority: seq % 10 };
    return stored(encodeFrame([draft]), seq);
  }
}

const looking = (log: CountedLog) => {
  const state = new Group(1, policy);
  const { priorities } = state;
  if (priorities === undefined) throw new Error('the policy has priorities');
  return { state, priorities, lookAhead: new LookAhead({ log, state }) };
};

describe('looking ahead', () => {
  it('reads the messages that may be handed out, and those after them not again', async () => {
    const log = new CountedLog(1_000);
    const { state, priorities, lookAhead } = looking(log);
    expect(lookAhead.isDone(priorities)).toBe(false);
    await lookAhead.advance(priorities);
    expect(lookAhead.isDone(priorities)).toBe(true);
    state.skip([1, 500]);
    await lookAhead.advance(priorities);
    expect(log.reads).toEqual([1]);
  });

  it('reads some MiB at most at once, and is done after several times', async () => {
    const log = new CountedLog(20, MiB / 2);
    const { priorities, lookAhead } = looking(log);
    await lookAhead.advance(priorities);
    expect(priorities.end).toBeLessThan(12);
    for (let times = 0; times < 5 && !lookAhead.isDone(priorities); times++)
      await lookAhead.advance(priorities);
    expect(priorities.end).toBe(21);
  });

  it('passes over settled messages without reading them', async () => {
    const log = new CountedLog(90);
    const { state, priorities, lookAhead } = looking(log);
    state.skip([1, 60]);
    await lookAhead.advance(priorities);
    expect(log.reads).toEqual([61]);
    expect(priorities.end).toBe(91);
  });

  it('looks at a message again that is pending again', async () => {
    const log = new CountedLog(9);
    const { state, priorities, lookAhead } = looking(log);
    state.skip([1, 9]);
    await lookAhead.advance(priorities);
    state.redrive(7, []);
    expect(lookAhead.isDone(priorities)).toBe(false);
    await lookAhead.advance(priorities);
    expect(log.reads).toEqual([7]);
    expect(priorities.size).toBe(1);
  });

  it('forgets settled messages, however long the oldest one stays', async () => {
    const log = new CountedLog(3_000);
    const { state, priorities, lookAhead } = looking(log);
    await lookAhead.advance(priorities);
    expect(priorities.size).toBeGreaterThan(2_000);
    state.skip([2, 2_990]);
    await lookAhead.advance(priorities);
    expect(state.floor).toBe(1);
    expect(priorities.size).toBeLessThanOrEqual(11);
  });

  it('remembers the messages that come next when it forgets settled ones', async () => {
    const log = new CountedLog(3_000);
    const { state, priorities, lookAhead } = looking(log);
    await lookAhead.advance(priorities);
    state.skip([1, 2_000]);
    await lookAhead.advance(priorities);
    expect(state.candidates({ member: 'a' }, 3_000, 0, 1).ranges).toEqual([[2_009, 2_009]]);
    expect(log.reads).toEqual([1]);
  });
});

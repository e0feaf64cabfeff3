import { describe, expect, it } from '@jest/globals';
import type { AnyMessage, Gap } from '@typed-queue/contracts';
import { TailBuffer } from './tail-buffer.js';
import { TextMessages } from '../messages/lazy-messages.js';
import { brief, liveText } from './tail.fixture.js';

const at = (seq: number) => ({ epoch: 'e', seq });

interface Log {
  readonly from: number;
  readonly to: number;
  readonly seqs: readonly number[];
  readonly gaps?: readonly Gap[];
}

/** A chunk of these messages. */
const log = ({ from, to, seqs, gaps = [] }: Log) => {
  const messages = seqs.map((seq) => ({ seq }) as AnyMessage);
  const list = { length: messages.length, at: (index: number) => messages[index] };
  return { kind: 'log' as const, from, to, gaps, messages: list, bytes: 1 };
};
const gap = (from: number, to: number): Gap => ({ from, to, reason: 'retention' });

const takeAll = (buffer: TailBuffer): unknown[] => {
  const all: unknown[] = [];
  for (let item = buffer.read(); item !== undefined; item = buffer.read()) {
    if (item.kind === 'hole') return [...all, `hole ${item.next} ${item.found}`];
    all.push(brief(item));
  }
  return all;
};

describe('TailBuffer', () => {
  it('gives messages and gaps in their order, and its position moves with each', () => {
    const buffer = new TailBuffer(false, at(1));
    buffer.add(log({ from: 1, to: 7, seqs: [1, 2, 6], gaps: [gap(3, 5), gap(7, 7)] }));
    buffer.add({ kind: 'live', next: 8 });
    const seqs = [1, 2, 3, 4, 5, 6].map(() => [brief(buffer.read() as never), buffer.position?.seq]);
    expect(seqs).toEqual([
      [1, 2],
      [2, 3],
      [[3, 5], 6],
      [6, 7],
      [[7, 7], 8],
      ['live 8', 8],
    ]);
    expect(buffer.read()).toBeUndefined();
  });

  it('skips what was read before', () => {
    const buffer = new TailBuffer(false, at(4));
    buffer.add(log({ from: 1, to: 3, seqs: [1, 2, 3] }));
    buffer.add(log({ from: 2, to: 9, seqs: [8, 9], gaps: [gap(2, 3), gap(4, 7)] }));
    buffer.add(log({ from: 7, to: 10, seqs: [10], gaps: [gap(7, 9)] }));
    expect(takeAll(buffer)).toEqual([[4, 7], 8, 9, 10]);
  });

  it('reports only the rest of a gap at its position', () => {
    const buffer = new TailBuffer(false, at(5));
    buffer.add(log({ from: 1, to: 8, seqs: [], gaps: [gap(1, 8)] }));
    expect(takeAll(buffer)).toEqual([[5, 8]]);
    expect(buffer.position).toEqual(at(9));
  });

  it.each([
    ['a chunk', log({ from: 6, to: 6, seqs: [6] })],
    ['a message', log({ from: 5, to: 7, seqs: [5, 7] })],
    ['a gap', log({ from: 5, to: 9, seqs: [5], gaps: [gap(7, 9)] })],
    ['the end of a chunk', log({ from: 5, to: 6, seqs: [5] })],
    ['live', { kind: 'live', next: 6 } as const],
  ])('stops at %s after a hole, until it is cleared', (_, chunk) => {
    const buffer = new TailBuffer(false, at(5));
    buffer.add(chunk);
    const before = takeAll(buffer).slice(0, -1);
    const hole = { kind: 'hole', next: 5 + before.length, found: 5 + before.length + 1 };
    expect(buffer.read()).toEqual(hole);
    expect(buffer.read()).toEqual(hole);
    buffer.clear();
    buffer.add(log({ from: 5, to: 7, seqs: [5, 6, 7] }));
    expect([...before, ...takeAll(buffer)]).toEqual([5, 6, 7]);
  });

  it('filtered, messages may be missing within a chunk, but not between two', () => {
    const buffer = new TailBuffer(true, at(1));
    buffer.add(log({ from: 1, to: 9, seqs: [3, 7] }));
    expect(takeAll(buffer)).toEqual([3, 7]);
    expect(buffer.position?.seq).toBe(10);
    buffer.add(log({ from: 10, to: 19, seqs: [] }));
    expect(takeAll(buffer)).toEqual([]);
    expect(buffer.position?.seq).toBe(20);
    buffer.add(log({ from: 21, to: 30, seqs: [25] }));
    expect(takeAll(buffer)).toEqual(['hole 20 21']);
  });

  it('takes the epoch of another log with its reset', () => {
    const buffer = new TailBuffer(false, at(50));
    buffer.add({ kind: 'reset', reset: { reason: 'reset', from: 50, epoch: 'f' }, next: 3 });
    buffer.add(log({ from: 3, to: 3, seqs: [3] }));
    expect(buffer.position).toEqual(at(50));
    expect(takeAll(buffer)).toEqual(['reset 50', 3]);
    expect(buffer.position).toEqual({ epoch: 'f', seq: 4 });
  });

  it('counts the bytes of chunks that were read to their end', () => {
    const buffer = new TailBuffer(false, at(1));
    buffer.add({ ...log({ from: 1, to: 2, seqs: [1, 2] }), bytes: 10 });
    buffer.add({ ...log({ from: 3, to: 3, seqs: [3] }), bytes: 100 });
    buffer.read();
    buffer.read();
    expect(buffer.bytes).toBe(0);
    expect(takeAll(buffer)).toEqual([3]);
    expect(buffer.bytes).toBe(110);
  });

  it('after a clear in the middle of a chunk it continues after the last item read', () => {
    const buffer = new TailBuffer(false, at(1));
    buffer.add(log({ from: 1, to: 4, seqs: [1, 4], gaps: [gap(2, 3)] }));
    expect([buffer.read(), buffer.read()].map((item) => brief(item as never))).toEqual([1, [2, 3]]);
    buffer.clear();
    buffer.add(log({ from: 4, to: 5, seqs: [4, 5] }));
    expect(takeAll(buffer)).toEqual([4, 5]);
  });
});

describe('TextMessages', () => {
  it('parses its text once, when it is asked', () => {
    const broken = new TextMessages('[');
    expect(() => broken.length).toThrow(SyntaxError);
    const messages = new TextMessages(liveText(4, 2));
    expect(messages).toHaveLength(2);
    expect(messages.at(1)?.seq).toBe(5);
    expect(messages.at(2)).toBeUndefined();
    expect(messages.at(0)).toBe(messages.at(0));
  });
});

import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { draftOf, numberedDrafts, plans } from './drafts.fixture.js';
import { encodeFrame } from './encode.js';
import { frameAt, type Frame } from './frame.js';
import { readMessages } from './messages.js';
import { openFrame } from './open.js';
import { pickFrame } from './pick.js';
import { prioritised } from './prioritised.js';

/** As a reader finds it. */
const reread = ({ bytes }: Frame): Frame => {
  const found = frameAt(bytes);
  if (found.kind !== 'frame') throw new Error(`not a frame: ${found.kind}`);
  return found.frame;
};
const prioritiesOf = (frame: Frame): number[] =>
  Array.from({ length: frame.count }, (_, index) => frame.priority(index));

it('a frame whose messages were given priorities is intact, and has them', () => {
  const frame = prioritised(
    encodeFrame(numberedDrafts(3)),
    new Map([
      [0, 9],
      [2, 1],
    ]),
  );
  expect(prioritiesOf(reread(frame))).toEqual([9, 0, 1]);
});

it('a frame keeps its priorities when it is stamped and when some of its messages are picked', () => {
  const frame = prioritised(encodeFrame(numberedDrafts(3)), new Map([[2, 7]]));
  frame.stamp({ firstSeq: 5, time: 1, durableOffset: 0 });
  expect(prioritiesOf(reread(frame))).toEqual([0, 0, 7]);
  expect(prioritiesOf(reread(pickFrame(frame, [1, 2])))).toEqual([0, 7]);
});

it('a frame is packed with the priorities of its drafts', () => {
  const [first, second] = numberedDrafts(2);
  if (first === undefined || second === undefined) throw new Error('two drafts');
  expect(prioritiesOf(reread(encodeFrame([first, { ...second, priority: 4 }])))).toEqual([0, 4]);
});

it('priorities change nothing else of a frame', () => {
  fc.assert(
    fc.property(plans, (plans) => {
      const plain = encodeFrame(plans.map(draftOf));
      const before = readMessages(plain, 'q');
      const frame = prioritised(plain, new Map(plans.map((_, index) => [index, index % 10])));
      expect(readMessages(reread(frame), 'q')).toEqual(before);
    }),
  );
});

it('a publisher cannot write priorities into a frame: they are in the headers', () => {
  const { bytes } = prioritised(encodeFrame(numberedDrafts(1)), new Map([[0, 1]]));
  expect(() => openFrame(bytes)).toThrow('message 0 has no event');
});

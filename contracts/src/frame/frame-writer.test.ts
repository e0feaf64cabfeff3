import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { draftOf, numbered, numberedDrafts, plans } from './drafts.fixture.js';
import { encodeFrame, FrameWriter } from './encode.js';
import { openFrame } from './open.js';

const origin = { producer: '0189aaaa-bbbb-7ccc-8ddd-eeeeffff0001', firstNumber: 3 };

describe('a frame that is written message by message', () => {
  it('is that of all messages but those that were left out', () => {
    fc.assert(
      fc.property(plans, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }), (plans, kept) => {
        const drafts = plans.map(draftOf);
        const isKept = drafts.map((_, index) => index === drafts.length - 1 || kept[index] === true);
        const writer = new FrameWriter();
        const messages = drafts.map((draft) => writer.add(draft)).filter((_, index) => isKept[index]);
        const rest = drafts.filter((_, index) => isKept[index]);
        expect(writer.finish(messages, origin)).toEqual(encodeFrame(rest, origin).bytes);
      }),
    );
  });

  it('is that of its last messages when the first are left out', () => {
    const writer = new FrameWriter();
    const messages = numberedDrafts(4).map((draft) => writer.add(draft));
    const frame = openFrame(writer.finish(messages.slice(2)));
    expect([0, 1].map((index) => frame.payloadText(index))).toEqual(['{"number":2}', '{"number":3}']);
  });

  it('shares no memory with frames that are written at the same time or later', () => {
    const writers = Array.from({ length: 8 }, () => new FrameWriter());
    const messages = writers.map((writer, number) => [writer.add(numbered(number))]);
    writers.forEach((writer, number) => messages[number]?.push(writer.add(numbered(number + 100))));
    const frames = writers.map((writer, number) => writer.finish(messages[number] ?? []));
    encodeFrame(numberedDrafts(50));
    frames.forEach((bytes, number) => {
      const frame = openFrame(bytes);
      expect(JSON.parse(`[${frame.texts()}]`)).toEqual([{ number }, { number: number + 100 }]);
    });
  });

  it('may have texts that are longer than all before', () => {
    const writer = new FrameWriter();
    const lengths = [1, 3_000, 10, 200_000, 2];
    const messages = lengths.map((length, number) =>
      writer.add(numbered(number, { payload: `"${'é'.repeat(length)}"` })),
    );
    const frame = openFrame(writer.finish(messages));
    lengths.forEach((length, index) => expect(frame.payloadText(index)).toBe(`"${'é'.repeat(length)}"`));
  });
});

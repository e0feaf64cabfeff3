import { describe, expect, it } from '@jest/globals';
import { seekText } from './seek-text.js';

describe('what a seek means', () => {
  // Of 201 messages the first is held, and all others are acked.
  const outOfOrder = { floor: 1, depth: 1 };

  it.each([
    [
      1,
      'about 201 messages before it, from #1 on. Of what is settled, up to 200 messages will be delivered again.',
    ],
    [
      101,
      'about 101 messages before it, from #101 on. Of what is settled, up to 101 messages will be delivered again.',
    ],
    [202, 'about 0 messages before it, from #202 on. Nothing that is settled is delivered again.'],
  ])('counts what was settled out of order, from #%s on', (seq, text) => {
    expect(seekText(outOfOrder, { epoch: 'e', seq, messages: 202 - seq })).toContain(text);
  });

  // #1 to #99 are settled, #100 to #104 are not.
  const inOrder = { floor: 100, depth: 5 };
  const at = (seq: number) => ({ epoch: 'e', seq, messages: 105 - seq });

  it.each([
    [40, 'Of what is settled, up to 60 messages will be delivered again. Nothing is skipped.'],
    [100, 'Nothing that is settled is delivered again. Nothing is skipped.'],
    [
      103,
      'Nothing that is settled is delivered again. Of what is not settled, up to 3 messages will be skipped.',
    ],
    [
      105,
      'Nothing that is settled is delivered again. Of what is not settled, up to 5 messages will be skipped.',
    ],
  ])('counts what is below and above the floor, from #%s on', (seq, text) => {
    expect(seekText(inOrder, at(seq))).toContain(text);
  });
});

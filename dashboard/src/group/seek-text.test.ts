import { expect, it } from '@jest/globals';
import { seekText } from './seek-text.js';

const group = { floor: 100, depth: 5 };
const at = (seq: number) => ({ epoch: 'e', seq, messages: 7 });

it.each([
  [
    40,
    'Of what is settled, up to 60 messages will be delivered again. The group then has 7 messages before it, from #40 on.',
  ],
  [
    99,
    'Of what is settled, up to 1 message will be delivered again. The group then has 7 messages before it, from #99 on.',
  ],
  [
    100,
    'Nothing is delivered again, and nothing is skipped. The group then has 7 messages before it, from #100 on.',
  ],
  [
    103,
    'Of what is not settled, up to 3 messages will be skipped. The group then has 7 messages before it, from #103 on.',
  ],
  [
    400,
    'Of what is not settled, up to 5 messages will be skipped. The group then has 7 messages before it, from #400 on.',
  ],
])('a move to #%s is said in words', (seq, text) => {
  expect(seekText(group, at(seq))).toBe(text);
});

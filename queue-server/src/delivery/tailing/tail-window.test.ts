import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { TailWindow } from './tail-window.js';

describe('the window of a tail', () => {
  it('has less room by what was sent, until it was read', () => {
    const window = new TailWindow({ messages: 100, bytes: 1_000 });
    window.add({ from: 1, to: 10, messages: 10, bytes: 200 });
    expect(window.credit()).toEqual({ messages: 90, bytes: 800 });
    window.read(6);
    expect(window.credit()).toEqual({ messages: 95, bytes: 900 });
    window.read(6);
    window.read(3);
    expect(window.credit()).toEqual({ messages: 95, bytes: 900 });
    window.read(11);
    expect(window.credit()).toEqual({ messages: 100, bytes: 1_000 });
  });

  it.each([
    { messages: 7, bytes: 10 },
    { messages: 1, bytes: 80 },
  ])('has no room when less than a quarter is free: %j sent of 8 and 100', ({ messages, bytes }) => {
    const window = new TailWindow({ messages: 8, bytes: 100 });
    window.add({ from: 1, to: messages, messages, bytes });
    expect([window.credit(), window.full]).toEqual([undefined, false]);
    window.read(messages + 1);
    expect(window.credit()).toEqual({ messages: 8, bytes: 100 });
  });

  it.each([
    { messages: 8, bytes: 10 },
    { messages: 1, bytes: 100 },
    { messages: 9, bytes: 200 },
  ])('is full with %j of 8 and 100', ({ messages, bytes }) => {
    const window = new TailWindow({ messages: 8, bytes: 100 });
    window.add({ from: 1, to: messages, messages, bytes });
    expect(window.full).toBe(true);
  });

  it('does not count what had no messages', () => {
    const window = new TailWindow({ messages: 8, bytes: 100 });
    window.add({ from: 1, to: 1_000_000, messages: 0, bytes: 0 });
    expect(window.credit()).toEqual({ messages: 8, bytes: 100 });
  });

  it('is as free as before when all was read, in whatever portions it was sent and read', () => {
    const some = fc.record({ seqs: fc.integer({ min: 1, max: 50 }), bytes: fc.nat(300), read: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(some), (portions) => {
        const window = new TailWindow({ messages: 100, bytes: 1_000 });
        let next = 1;
        let read = 1;
        for (const portion of portions) {
          const messages = Math.ceil(portion.seqs / 2);
          window.add({ from: next, to: next + portion.seqs - 1, messages, bytes: portion.bytes });
          next += portion.seqs;
          read = Math.min(next, read + portion.read);
          window.read(read);
          const room = window.credit();
          expect(room === undefined || (room.messages <= 100 && room.bytes <= 1_000)).toBe(true);
        }
        window.read(next);
        expect(window.credit()).toEqual({ messages: 100, bytes: 1_000 });
      }),
    );
  });
});

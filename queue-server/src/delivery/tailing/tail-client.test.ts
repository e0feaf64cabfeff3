import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Window } from '../member.js';
import { TailClient } from './tail-client.js';

const receiver = { replay: () => undefined, live: () => undefined, lagging: () => undefined };
const clientOf = (window: Window): TailClient => new TailClient(1, window, receiver);

describe('the credit of a tail client', () => {
  it('is reduced by what was sent, until that was read', () => {
    const client = clientOf({ messages: 100, bytes: 1_000 });
    client.delivered(10, 200);
    expect(client.credit()).toEqual({ messages: 90, bytes: 800 });
    client.position(6);
    expect(client.credit()).toEqual({ messages: 95, bytes: 900 });
    client.position(6);
    client.position(3);
    expect(client.credit()).toEqual({ messages: 95, bytes: 900 });
    client.position(11);
    expect(client.credit()).toEqual({ messages: 100, bytes: 1_000 });
  });

  it.each([
    { messages: 7, bytes: 10 },
    { messages: 1, bytes: 80 },
  ])(
    'is none while less than a quarter of the window is free: %j sent of 8 and 100',
    ({ messages, bytes }) => {
      const client = clientOf({ messages: 8, bytes: 100 });
      client.delivered(messages, bytes);
      expect(client.credit()).toBeUndefined();
      expect(client.full).toBe(false);
      client.position(messages + 1);
      expect(client.credit()).toEqual({ messages: 8, bytes: 100 });
    },
  );

  it.each([
    { messages: 8, bytes: 10 },
    { messages: 1, bytes: 100 },
    { messages: 9, bytes: 200 },
  ])('is used up with %j of 8 and 100', ({ messages, bytes }) => {
    const client = clientOf({ messages: 8, bytes: 100 });
    client.delivered(messages, bytes);
    expect(client.full).toBe(true);
  });

  it('is not reduced by messages that are filtered out', () => {
    const client = clientOf({ messages: 8, bytes: 100 });
    client.replay({ to: 1_000_000, gaps: [], frames: [] });
    expect(client.credit()).toEqual({ messages: 8, bytes: 100 });
  });

  it('is whole again when all was read, however it was sent and read', () => {
    const someStep = fc.record({
      messages: fc.integer({ min: 1, max: 25 }),
      filteredOut: fc.nat(25),
      bytes: fc.nat(300),
      read: fc.nat(60),
    });
    fc.assert(
      fc.property(fc.array(someStep), (steps) => {
        const window = { messages: 100, bytes: 1_000 };
        const client = clientOf(window);
        let position = 1;
        for (const { messages, filteredOut, bytes, read } of steps) {
          client.delivered(client.next + messages - 1, bytes);
          client.replay({ to: client.next + filteredOut - 1, gaps: [], frames: [] });
          position = Math.min(client.next, position + read);
          client.position(position);
          const credit = client.credit() ?? window;
          expect(credit.messages).toBeLessThanOrEqual(window.messages);
          expect(credit.bytes).toBeLessThanOrEqual(window.bytes);
        }
        client.position(client.next);
        expect(client.credit()).toEqual(window);
      }),
    );
  });
});

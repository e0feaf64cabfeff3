import { describe, expect, it } from '@jest/globals';
import { chargeRequest, CHARGES, isFrame } from './request-charge.js';

const charged = (verb: string, ...args: readonly unknown[]): readonly unknown[] => {
  const calls: unknown[] = [];
  const rate = {
    take: (cost: object) => void calls.push(['take', cost]),
    takeBytes: (bytes: number) => void calls.push(['reply', bytes]),
    takeControl: (bytes: number) => void calls.push(['control', bytes]),
    takePosition: (bytes: number) => void calls.push(['position', bytes]),
    takeAuthentication: (bytes: number) => void calls.push(['authentication', bytes]),
  };
  chargeRequest(rate, verb, args, 7);
  return calls;
};
const messages = (count: number) => [['take', { messages: count, bytes: 7 }]];

describe('the charge of a request', () => {
  it.each(Object.entries(CHARGES))('of %s is one %s, when nothing else is known of it', (verb, kind) => {
    const special = { control: 1, reply: 1, position: 1, authentication: 1 };
    const expected = kind in special ? [[kind, 7]] : messages(1);
    expect(charged(verb)).toEqual(expected);
  });

  it.each(['publsih', '__proto__', 'constructor', 'toString'])(
    'of the unknown request %s is a message',
    (verb) => {
      expect(charged(verb)).toEqual(messages(1));
    },
  );

  it.each([
    [0, 1],
    [3, 3],
    [5_000, 4_096],
  ])('of a publish of %i messages is %i', (count, cost) => {
    expect(charged('publish', 'files', Array.from({ length: count }))).toEqual(messages(cost));
  });

  it('of a batch is that of its messages', () => {
    expect(charged('publish:batch', 'files', [1, 2, 3])).toEqual(messages(3));
    expect(isFrame('publish:batch:frame', ['files', Buffer.alloc(64)])).toBe(true);
  });

  it('of a frame is left to where its header is read, of what is no frame not', () => {
    expect(charged('publish:frame', 'files', Buffer.alloc(64))).toEqual([]);
    expect(isFrame('publish:frame', ['files', Buffer.alloc(64)])).toBe(true);
    expect(charged('publish:frame', 'files', 'text')).toEqual(messages(1));
    expect(isFrame('publish', ['files', Buffer.alloc(64)])).toBe(false);
  });
});

import { expect, it } from '@jest/globals';
import { defineQueue, version, type AnyMessage } from '@typed-queue/contracts';
import * as z from 'zod';
import { Guard } from './guard.js';

const one = z.strictObject({ id: z.string() });
const two = z.strictObject({ id: z.string(), note: z.string() });
const orders = defineQueue('orders', {
  events: { placed: two },
  versions: { placed: [version(one, ({ id }) => ({ id, note: '' })), two] },
});
const guard = new Guard({ orders });

const messageOf = (event: string, payload: unknown): AnyMessage => {
  return { id: '1', queue: 'orders', event, payload, headers: {}, seq: 1, time: 1 };
};

it.each([
  ['the schema of the event', 'placed', { id: 'a', note: 'b' }, undefined],
  ['an earlier version', 'placed', { id: 'a' }, undefined],
  ['no version', 'placed', { id: 7 }, 'payload_invalid'],
  ['no event', 'constructor', { id: 'a' }, 'event_unknown'],
])('a stored message that matches %s', (_, event, payload, code) => {
  expect(guard.problemOf('orders', messageOf(event, payload))?.code).toBe(code);
});

it('is not published in an earlier version', () => {
  const publishing = (): unknown =>
    guard.queue('orders').publication({ event: 'placed', payload: { id: 'a' } });
  expect(publishing).toThrow(expect.objectContaining({ code: 'payload_invalid' }));
});

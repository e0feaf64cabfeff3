import { describe, expect, it } from '@jest/globals';
import { save, sharedServer } from './shared-server.fixture.js';

const YEAR = 365 * 24 * 60 * 60 * 1_000;
const ID = '0198f3c5-5a1e-7c00-8000-0000000000e1';
const server = sharedServer();

describe('the time of a message that is scheduled', () => {
  it.each([
    ['a delay of a year', { delayMs: YEAR }],
    ['a time ahead', { deliverAt: Date.now() + YEAR / 2 }],
  ])('may be %s', async (_, time) => {
    const client = await server.connect();
    expect(await client.code('schedule', server.queue(), { ...save(1), ...time })).toBe('ok');
  });

  it.each([
    ['missing', {}],
    ['both a delay and a time', { delayMs: 1, deliverAt: 1 }],
    ['a negative delay', { delayMs: -1 }],
    ['a delay of more than a year', { delayMs: YEAR + 1 }],
    ['a part of a millisecond', { delayMs: 0.5 }],
    ['a text', { deliverAt: '2026-11-29' }],
    ['a time that no date can have', { deliverAt: 8.64e15 + 1 }],
    ['more than a year ahead', { deliverAt: Date.now() + 2 * YEAR }],
    ['null', { delayMs: null }],
  ])('may not be %s: request_invalid', async (_, time) => {
    const client = await server.connect();
    expect(await client.code('schedule', 'queue-0', { ...save(1), ...time })).toBe('request_invalid');
  });
});

describe('a message that is scheduled', () => {
  it.each([
    ['an event that the queue does not have', 'event_unknown', { event: 'sav' }],
    ['a payload that its schema refuses', 'payload_invalid', { payload: { n: 'one' } }],
    ['an id that is no UUID', 'message_invalid', { id: 'first' }],
    ['a field that is unknown', 'message_invalid', { expectedSeq: 0 }],
    ['headers that are no texts', 'message_invalid', { headers: { n: 1 } }],
  ])('may not have %s: %s', async (_, code, fields) => {
    const client = await server.connect();
    expect(await client.code('schedule', 'queue-0', { ...save(1), delayMs: 1, ...fields })).toBe(code);
  });

  it.each([[[save(1)]], [null], [undefined], ['save']])('is an object, not %j', async (input) => {
    expect(await (await server.connect()).code('schedule', 'queue-0', input)).toBe('message_invalid');
  });

  it('is published at once when its time is over, and waits under its id otherwise', async () => {
    const client = await server.connect();
    const queue = server.queue();
    await client.value('tail', { subscription: queue, queue, from: 'start' });
    await client.value('schedule', queue, { ...save(1), id: ID, delayMs: YEAR });
    expect(await client.value('schedule', queue, { ...save(1), id: ID.toUpperCase(), delayMs: 1 })).toEqual(
      await client.value('schedule', queue, { ...save(1), id: ID, deliverAt: 0 }),
    );
    expect(await client.value('scheduled:cancel', queue, ID.toUpperCase())).toEqual({ cancelled: true });
    await client.value('schedule', queue, { ...save(2), deliverAt: 0 });
    // Live messages come as text.
    const heard = (): string => JSON.stringify(client.heard.filter(([event]) => event !== 'answer'));
    while (!/n\\?":2/.test(heard())) await client.ask('queues');
    expect(heard()).not.toMatch(/n\\?":1/);
  });
});

describe('what waits', () => {
  it.each<[readonly [string, ...unknown[]]]>([
    [['scheduled', 'queue-0', { limit: 0 }]],
    [['scheduled', 'queue-0', { limit: 1_001 }]],
    [['scheduled', 'queue-0', { after: 'x' }]],
    [['scheduled', 'queue-0', { before: '1.1' }]],
    [['scheduled:peek', 'queue-0', 'first']],
    [['scheduled:cancel', 'queue-0']],
  ])('is not asked for by %j: request_invalid', async ([request, ...args]) => {
    expect(await (await server.connect()).code(request, ...args)).toBe('request_invalid');
  });
});

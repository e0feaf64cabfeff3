import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DeadLetter } from '@typed-queue/queue-client';
import { matchers } from './jest.js';
import { contract, order, type Shop } from './shop.fixture.js';
import { startTestQueue, type TestQueue } from './test-queue.js';

expect.extend(matchers);

let queue: TestQueue<Shop>;
beforeEach(async () => {
  queue = await startTestQueue(contract);
});
afterEach(() => queue.close());

const place = (id: string, total = 42) => queue.client.publish('orders', 'placed', { id, total });

/** What an assertion that fails says, without colours. */
const messageOf = (assertion: () => void): string => {
  try {
    assertion();
  } catch (error) {
    // eslint-disable-next-line no-control-regex -- colours of a terminal
    return String(error).replaceAll(/\u001b\[\d+m/g, '');
  }
  throw new Error('it did not fail');
};

describe('toHavePublished', () => {
  it('finds a message by its event, its payload, or parts of it', async () => {
    await place('o-1');
    expect(queue).toHavePublished('orders', 'placed');
    expect(queue).toHavePublished('orders', 'placed', order);
    expect(queue).toHavePublished('orders', 'placed', expect.objectContaining({ id: 'o-1' }));
    expect(queue).toHavePublished('orders', 'placed', { id: 'o-1', total: expect.any(Number) });
    expect(queue).not.toHavePublished('orders', 'placed', { id: 'o-1', total: 43 });
    expect(queue).not.toHavePublished('orders', 'cancelled');
    expect(queue).not.toHavePublished('mails', 'sent');
  });

  it('says what was published instead', async () => {
    await place('o-1');
    expect(messageOf(() => expect(queue).toHavePublished('orders', 'cancelled', { id: 'o-1' }))).toBe(
      [
        'Error: Expected "orders" to have published "cancelled" with {"id": "o-1"}.',
        '"orders" has:',
        '  1 placed {"id":"o-1","total":42}',
      ].join('\n'),
    );
    expect(messageOf(() => expect(queue).toHavePublished('mails', 'sent'))).toMatch(
      /Expected "mails" to have published "sent"\.\n"mails" has nothing\.$/,
    );
  });

  it('says it in few lines, of which none is long', async () => {
    for (let n = 1; n <= 9; n++) await place(`${n}`.repeat(500));
    const lines = messageOf(() => expect(queue).toHavePublished('orders', 'cancelled')).split('\n');
    expect(lines.slice(1, 3)).toEqual([
      '"orders" has 9 messages, the last 5:',
      expect.stringMatching(/^ {2}5 placed .*…$/),
    ]);
    expect(lines).toHaveLength(7);
    expect(Math.max(...lines.slice(1).map(({ length }) => length))).toBe(120);
  });

  it('says which message should not be there', async () => {
    await place('o-1');
    await place('o-2');
    expect(
      messageOf(() => expect(queue).not.toHavePublished('orders', 'placed', { id: 'o-2', total: 42 })),
    ).toMatch(
      /Expected "orders" not to have published "placed" with .*\n"orders" has:\n {2}2 placed \{"id":"o-2","total":42\}$/,
    );
  });
});

describe('toHaveSettled', () => {
  it('finds a message that a group has acknowledged, by its id or payload', async () => {
    queue.client.subscribe('orders', { group: 'mails' }, () => undefined);
    const { id } = await place('o-1');
    await queue.idle();
    expect(queue).toHaveSettled('orders', 'mails');
    expect(queue).toHaveSettled('orders', 'mails', id);
    expect(queue).toHaveSettled('orders', 'mails', order);
    expect(queue).not.toHaveSettled('orders', 'mails', { id: 'o-2' });
  });

  it('says what the group has settled instead', async () => {
    queue.client.subscribe('orders', { group: 'mails' }, () => undefined);
    await place('o-1');
    await queue.idle();
    expect(messageOf(() => expect(queue).toHaveSettled('orders', 'mails', { id: 'o-2' }))).toMatch(
      /Expected group "mails" of "orders" to have settled \{"id": "o-2"\}\.\nIt has settled:\n {2}1 placed \{"id":"o-1","total":42\}$/,
    );
    await queue.client.subscribe('orders', { group: 'others', start: 'now' }, () => undefined).ready;
    expect(messageOf(() => expect(queue).toHaveSettled('orders', 'others'))).toMatch(
      /Expected group "others" of "orders" to have settled a message\.\nIt has settled nothing\.$/,
    );
  });
});

describe('toHaveDeadLettered', () => {
  beforeEach(async () => {
    queue.client.on('dead-letter', () => undefined);
    queue.client.subscribe('orders', { group: 'mails' }, () => {
      throw new DeadLetter('no address');
    });
    await place('o-1');
    await queue.idle();
  });

  it('finds a message that a group has given up', () => {
    expect(queue).toHaveDeadLettered('orders', 'mails');
    expect(queue).toHaveDeadLettered('orders', 'mails', order);
    expect(queue).not.toHaveDeadLettered('orders', 'mails', { id: 'o-2' });
    expect(queue).not.toHaveSettled('orders', 'mails');
  });

  it('says what was given up instead, and why', () => {
    expect(messageOf(() => expect(queue).toHaveDeadLettered('orders', 'mails', { id: 'o-2' }))).toMatch(
      /\nIt has dead-lettered:\n {2}1 placed \{"id":"o-1","total":42\}: no address$/,
    );
  });
});

describe('a matcher refuses, also where nothing is expected,', () => {
  const context = { equals: () => true, isNot: true, utils: { printExpected: String } };

  it.each([
    [
      'anything but a test queue',
      () => matchers.toHavePublished.call(context, {}, 'orders', 'placed'),
      'request_invalid',
    ],
    [
      'a queue that the contract lacks',
      () => matchers.toHavePublished.call(context, queue, 'order', 'placed'),
      'queue_unknown',
    ],
    [
      'an event that the queue lacks',
      () => matchers.toHavePublished.call(context, queue, 'orders', 'palced'),
      'event_unknown',
    ],
    [
      'a group that it lacks: settled',
      () => matchers.toHaveSettled.call(context, queue, 'orders', 'mail'),
      'group_unknown',
    ],
    [
      'a group that it lacks: given up',
      () => matchers.toHaveDeadLettered.call(context, queue, 'orders', 'mail'),
      'group_unknown',
    ],
  ])('%s', (_, match, code) => {
    expect(match).toThrow(expect.objectContaining({ code }));
  });
});

import { describe, expect, it } from '@jest/globals';
import { save, sharedServer, type Received } from './shared-server.fixture.js';
import type { Transcript } from './transcript.fixture.js';

interface Tailing {
  readonly epoch: string;
  readonly next: number;
  readonly reset?: object;
}
interface Replay {
  readonly from: number;
  readonly to: number;
  readonly gaps: readonly { readonly from: number; readonly to: number; readonly reason: string }[];
  readonly messages: readonly Received[];
}

const server = sharedServer();
const tail = (client: Transcript, queue: string, more: object) =>
  client.value<Tailing>('tail', { subscription: 't', queue, from: 'start', ...more });

/** A client, and a queue with three messages, one a second. */
const withThree = async () => {
  const [client, queue] = [await server.connect(), server.queue()];
  const begin = server.time.now;
  for (let n = 1; n <= 3; n++) {
    await client.value('publish', queue, save(n, n === 2 ? { event: 'error' } : {}));
    server.time.pass(1_000);
  }
  return { client, queue, begin };
};

describe('a tail begins', () => {
  it.each<[string, (begin: number) => unknown, next: number]>([
    ['with the oldest message by "start"', () => 'start', 1],
    ['with the next one by "now"', () => 'now', 4],
    ['with a seq', () => ({ seq: 2 }), 2],
    ['with the next one by the seq that it will have', () => ({ seq: 4 }), 4],
    ['with the first message from a time on', (begin) => ({ time: begin + 1_000 }), 2],
    ['with the first message after a time without one', (begin) => ({ time: begin + 1 }), 2],
    ['with the next one by a time that has not come yet', (begin) => ({ time: begin + 99_000 }), 4],
  ])('%s', async (_, from, next) => {
    const { client, queue, begin } = await withThree();
    expect(await tail(client, queue, { from: from(begin) })).toMatchObject({ next });
    expect(await client.next('live')).toMatchObject({ subscription: 't', next: 4 });
  });

  it('where it was, by a position', async () => {
    const { client, queue } = await withThree();
    const { epoch } = await tail(client, queue, {});
    await client.value('unsubscribe', 't');
    const answer = await tail(client, queue, { subscription: 'other', from: { epoch, seq: 3 } });
    expect(answer).toMatchObject({ epoch, next: 3 });
    expect(answer).not.toHaveProperty('reset');
  });

  it.each<[string, (epoch: string) => object]>([
    ['of another epoch', () => ({ epoch: '0198f3c5-0000-7000-8000-00000000dead', seq: 2 })],
    ['beyond the next message', (epoch) => ({ epoch, seq: 5 })],
    ['beyond the next message, without an epoch', () => ({ seq: 5 })],
  ])('with the oldest message, and says so, by a position %s', async (_, from) => {
    const { client, queue } = await withThree();
    const { epoch } = await tail(client, queue, {});
    await client.value('unsubscribe', 't');
    const position = from(epoch);
    const answer = await tail(client, queue, { from: position });
    expect(answer).toMatchObject({ next: 1, reset: { reason: 'reset', epoch, ...pick(position) } });
  });

  it.each([
    ['no place', {}],
    ['a word', 'end'],
    ['a seq of 0', { seq: 0 }],
    ['a time below 0', { time: -1 }],
    ['only an epoch', { epoch: 'x' }],
  ])('nowhere by %s', async (_, from) => {
    const client = await server.connect();
    const request = { subscription: 't', queue: 'queue-0', from };
    expect(await client.code('tail', request)).toBe('request_invalid');
  });
});

/** What a reset says of a position. */
const pick = (position: { seq?: number }): object => ({ from: position.seq });

describe('a replay', () => {
  it('begins where the one before ended, and has each seq as a message or in a gap', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await server.fill(client, queue, 4);
    await client.value('queue:purge', queue, null);
    await client.value('publish', queue, [save(5), save(6)]);
    let { next } = await tail(client, queue, { from: { seq: 2 } });
    const seen: unknown[] = [];
    while (next < 7) {
      const { from, to, gaps, messages } = await client.next<Replay>('replay');
      expect(from).toBe(next);
      seen.push(...gaps, ...messages.map(({ seq }) => seq));
      next = to + 1;
    }
    expect(seen).toEqual([{ from: 2, to: 4, reason: 'retention' }, 5, 6]);
  });

  it('of some events has those, and counts the others by its end', async () => {
    const { client, queue } = await withThree();
    await tail(client, queue, { events: ['error'] });
    expect(await client.next('replay')).toMatchObject({ from: 1, to: 3, messages: [{ seq: 2 }] });
    await client.value('publish', queue, save(4));
    await client.value('publish', queue, save(5, { event: 'error' }));
    expect(await client.next('replay')).toMatchObject({ from: 4, to: 5, messages: [{ seq: 5 }] });
    expect(await client.settled('deliver')).toBe(0);
    expect(client.order.filter((event) => event === 'live')).toHaveLength(1);
  });

  it('has no more than the window, until a quarter of it is read', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await server.fill(client, queue, 20);
    await tail(client, queue, { window: { messages: 8 } });
    expect(await client.next('replay')).toMatchObject({ from: 1, to: 8 });
    client.socket.emit('position', 't', 2);
    expect(await client.settled('replay')).toBe(0);
    client.socket.emit('position', 't', 3);
    expect(await client.next('replay')).toMatchObject({ from: 9, to: 10 });
  });
});

describe('a live tail', () => {
  it('gets what is published as one text for all tails of its connection', async () => {
    const { client, queue } = await withThree();
    for (const subscription of ['t', 'u']) await tail(client, queue, { subscription, from: 'now' });
    for (const _ of ['t', 'u']) await client.next('live');
    await client.value('publish', queue, [save(4), save(5)]);
    await client.next('deliver');
    const [[, , , firstSeq, text] = []] = client.heard.filter(([event]) => event === 'deliver');
    expect(firstSeq).toBe(4);
    expect(JSON.parse(String(text))).toMatchObject([{ seq: 4, queue }, { seq: 5 }]);
    expect(await client.settled('deliver')).toBe(0);
  });

  it('that does not report its position lags, gets `behind`, and catches up when it reports', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await tail(client, queue, { window: { messages: 4 } });
    await client.next('live');
    for (let n = 1; n <= 4; n++) await client.value('publish', queue, save(n));
    await client.value('publish', queue, [save(5), save(6)]);
    const { next } = await client.next<{ next: number }>('behind');
    const delivered = client.heard.filter(([event]) => event === 'deliver').map(([, , , first]) => first);
    expect(delivered.every((first) => Number(first) < next)).toBe(true);
    client.socket.emit('position', 't', next);
    expect(await client.next('replay')).toMatchObject({ from: next, to: 6 });
    expect(await client.next('live')).toMatchObject({ next: 7 });
  });
});

describe('a position', () => {
  it('beyond what the tail was sent is refused', async () => {
    const { client, queue } = await withThree();
    await tail(client, queue, {});
    await client.next('live');
    const codes = [await client.code('position', 't', 4), await client.code('position', 't', 5)];
    expect(codes).toEqual(['ok', 'request_invalid']);
  });

  it('of a group is refused, as is what only a group has for a tail', async () => {
    const { client, queue } = await withThree();
    await tail(client, queue, {});
    await client.value('subscribe', { subscription: 's', queue, group: 'g' });
    const codes = [
      await client.code('position', 's', 1),
      await client.code('pause', 't'),
      await client.code('settle', 't', []),
    ];
    expect(codes).toEqual(['request_invalid', 'request_invalid', 'request_invalid']);
  });
});

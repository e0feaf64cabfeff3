import { describe, expect, it } from '@jest/globals';
import { attemptsOf, save, seqsOf, sharedServer, type Grant } from './shared-server.fixture.js';
import type { Transcript } from './transcript.fixture.js';

const LEASE_MS = 30_000;
const RETURN_MS = 5_000;
const SECRET = '5b0c1f0e6a7d4d2f9a5e8c7b3a2d1e0f';
const server = sharedServer();

interface Holding {
  readonly client: Transcript;
  readonly queue: string;
  readonly token: number;
}

const subscribe = (queue: string, more: object = {}) => ({ subscription: 's', queue, group: 'g', ...more });
const settle = ({ client, token }: Holding, kind: string, ...ranges: readonly [number, number][]) =>
  client.ask('settle', 's', [{ token, outcome: { kind }, ...(ranges.length > 0 && { ranges }) }]);

/** A member that holds the messages of these keys (empty: none); their seqs are 1, 2, 3 … */
const holding = async (keys: readonly string[], more: object = {}, auth: object = {}): Promise<Holding> => {
  const [client, queue] = [await server.connect({ ...auth }), server.queue()];
  const messages = keys.map((key, place) => save(place + 1, key === '' ? {} : { headers: { key } }));
  await client.value('publish', queue, messages);
  await client.value('subscribe', subscribe(queue, more));
  const { token } = await client.next<Grant>('grant');
  return { client, queue, token };
};

/** What the next member is granted, which settles everything at once: of each seq its attempt. */
const grantedNext = async (queue: string, count: number): Promise<unknown[]> => {
  const client = await server.connect();
  await client.value('subscribe', subscribe(queue));
  const granted: unknown[] = [];
  while (granted.length < count) {
    const { token, ...grant } = await client.next<Grant>('grant');
    granted.push(...attemptsOf({ token, ...grant }));
    await client.value('settle', 's', [{ token, outcome: { kind: 'ack' } }]);
  }
  return granted.sort();
};

/** Resolves when the server knows that the connections are closed. */
const isAway = async (queue: string): Promise<void> => {
  const client = await server.connect();
  for (;;) {
    const [group] = await client.value<{ members: { away: boolean }[] }[]>('groups', queue);
    if (group?.members.every(({ away }) => away) === true) return;
  }
};

describe('a lease', () => {
  it('ends after its time: the member gets a revoke, and everything that it may have begun counts a failure', async () => {
    const { client, queue, token } = await holding(['', '']);
    server.time.pass(LEASE_MS - 1);
    expect(await client.settled('revoke')).toBe(0);
    server.time.pass(1);
    expect(await client.next('revoke')).toEqual({ subscription: 's', token, ranges: [[1, 2]] });
    expect(await client.code('settle', 's', [{ token, outcome: { kind: 'ack' } }])).toBe('lease_lost');
    await client.value('unsubscribe', 's');
    expect(await grantedNext(queue, 2)).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });

  it('is extended, for everything under its token', async () => {
    const held = await holding(['', '']);
    server.time.pass(LEASE_MS - 1);
    expect(await settle(held, 'extend')).toMatchObject({ ok: true });
    server.time.pass(LEASE_MS - 1);
    expect(await settle(held, 'ack')).toMatchObject({ ok: true });
  });

  it('that ends counts a failure of the first message of each key, and of each without one', async () => {
    const { client, queue } = await holding(['a', 'a', '', 'b']);
    server.time.pass(LEASE_MS);
    await client.next('revoke');
    await client.value('unsubscribe', 's');
    expect(await grantedNext(queue, 4)).toEqual([
      [1, 2],
      [2, 1],
      [3, 2],
      [4, 2],
    ]);
  });
});

describe('a member that leaves', () => {
  it('by unsubscribe releases everything at once, uncounted', async () => {
    const { client, queue } = await holding(['', '']);
    await client.value('unsubscribe', 's');
    expect(await grantedNext(queue, 2)).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  it('without unsubscribe is lost 5 seconds later, and what it may have begun counts a failure', async () => {
    const { client, queue } = await holding(['', '']);
    // The packet 41: as orderly as a connection can end.
    client.socket.disconnect();
    await isAway(queue);
    const next = await server.connect();
    await next.value('subscribe', subscribe(queue));
    server.time.pass(RETURN_MS - 1);
    expect(await next.settled('grant')).toBe(0);
    server.time.pass(1);
    const { token, ...grant } = await next.next<Grant>('grant');
    expect(attemptsOf({ token, ...grant })).toEqual([[1, 2]]);
    await next.value('settle', 's', [{ token, outcome: { kind: 'ack' } }]);
    expect(attemptsOf(await next.next<Grant>('grant'))).toEqual([[2, 2]]);
  });

  it('with one handler has one suspect, the first message; the others are released uncounted', async () => {
    const { client, queue, token } = await holding(['a'], { concurrency: 1 });
    await client.value('settle', 's', [{ token, outcome: { kind: 'ack' } }]);
    await client.value('publish', queue, [save(2), save(3), save(4)]);
    await client.next('grant');
    client.socket.disconnect();
    await isAway(queue);
    server.time.pass(RETURN_MS);
    const [first, ...others] = await grantedNext(queue, 3);
    expect(first).toEqual([2, 2]);
    expect(others).toEqual([
      [3, 1],
      [4, 1],
    ]);
  });

  it('after pause and outcomes releases only what it had not settled', async () => {
    const held = await holding(['', '', '']);
    await held.client.value('pause', 's');
    await settle(held, 'ack', [1, 1], [3, 3]);
    await held.client.value('unsubscribe', 's');
    expect(await grantedNext(held.queue, 1)).toEqual([[2, 1]]);
  });
});

describe('a member that comes back with its secret', () => {
  const auth = { secret: SECRET, name: 'print-shop' };

  it('keeps what it names for a whole lease, and the rest is delivered again, uncounted', async () => {
    const first = await holding(['', ''], { window: { messages: 2 } }, auth);
    const { client, queue, token } = first;
    await settle(first, 'ack', [1, 2]);
    await server.fill(client, queue, 2);
    const second = await client.next<Grant>('grant');
    client.socket.disconnect();
    await isAway(queue);
    server.time.pass(RETURN_MS - 1);
    const back = await server.connect(auth);
    const answer = await back.value('subscribe', subscribe(queue, { tokens: [token, second.token] }));
    expect(answer).toMatchObject({ tokens: [second.token] });
    server.time.pass(LEASE_MS - 1);
    const acked = { token: second.token, outcome: { kind: 'ack' } };
    expect(await back.code('settle', 's', [acked])).toBe('ok');
  });

  it('and names no token gets its messages again, uncounted', async () => {
    const { client, queue } = await holding(['', ''], {}, auth);
    client.socket.disconnect();
    await isAway(queue);
    const back = await server.connect(auth);
    expect(await back.value('subscribe', subscribe(queue))).toMatchObject({ tokens: [] });
    expect(attemptsOf(await back.next<Grant>('grant'))).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  it('too late has lost its lease', async () => {
    const { client, queue, token } = await holding([''], {}, auth);
    client.socket.disconnect();
    await isAway(queue);
    server.time.pass(RETURN_MS);
    const back = await server.connect(auth);
    expect(await back.value('subscribe', subscribe(queue, { tokens: [token] }))).toMatchObject({
      tokens: [],
    });
    expect(attemptsOf(await back.next<Grant>('grant'))).toEqual([[1, 2]]);
  });
});

describe('messages of one key', () => {
  it('are leased to one member at a time, in their order', async () => {
    const { client, queue, token } = await holding(['k', 'k']);
    const other = await server.connect();
    await other.value('subscribe', subscribe(queue));
    await client.value('publish', queue, save(3, { headers: { key: 'k' } }));
    expect(seqsOf(await client.next<Grant>('grant'))).toEqual([3]);
    expect(await other.settled('grant')).toBe(0);
    const release = { token, outcome: { kind: 'release' }, ranges: [[1, 1]] };
    await client.value('settle', 's', [release]);
    const revoked = client.order.filter((event) => event === 'revoke');
    expect(revoked.length).toBeGreaterThan(0);
    expect(client.order.lastIndexOf('revoke')).toBeLessThan(client.order.lastIndexOf('answer settle'));
  });
});

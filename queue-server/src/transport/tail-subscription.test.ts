import { describe, expect, it } from '@jest/globals';
import { contract, fingerprintOf } from '@typed-queue/contracts';
import { frameAt } from '@typed-queue/contracts/wire';
import { plainClient, received, type PlainClient } from '../plain-client.fixture.js';
import { served } from '../served.fixture.js';

const publication = (path = '/tmp/a') => ({
  event: 'save',
  payload: { path, bytes: 1, sha256: 'abc', durationMs: 2 },
});
const failure = { event: 'error', payload: { path: 'a', operation: 'read', code: 'x', message: 'y' } };
const tail = { subscription: 't', queue: 'files', from: 'start' };

const now = served();

const publish = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) await now.client.value('publish', 'files', publication());
};

/** Everything that a client hears of its tails, in order. */
const listening = (client: PlainClient): unknown[][] => {
  const heard: unknown[][] = [];
  client.socket.onAny((event: string, ...args: unknown[]) => heard.push([event, ...args]));
  return heard;
};

/** Resolves when the client has heard all that the server sent before. */
const round = (client: PlainClient): Promise<unknown> => client.value('queues');

describe('a tail of a plain client', () => {
  it('is answered with where it begins and what its queue is served by, then replays, then is live', async () => {
    await publish(2);
    const heard = listening(now.client);
    const live = received(now.client.socket, 'live', 1);
    const answer = await now.client.value('tail', tail);
    expect(answer).toEqual({
      epoch: expect.any(String),
      next: 1,
      contract: { fingerprint: fingerprintOf(contract.files), since: 1 },
    });
    await live;
    const delivered = received(now.client.socket, 'deliver', 1);
    await now.client.value('publish', 'files', [publication('3'), publication('4')]);
    await delivered;
    expect(heard).toMatchObject([
      ['replay', { subscription: 't', from: 1, to: 2, gaps: [], messages: [{ seq: 1 }, { seq: 2 }] }],
      ['live', { subscription: 't', next: 3 }],
      ['deliver', 'files', (answer as { epoch: string }).epoch, 3, expect.any(String)],
    ]);
    // Safe: what is delivered is the text of messages.
    expect(JSON.parse(heard[2]?.[4] as string)).toMatchObject([
      { seq: 3, queue: 'files', ...publication('3') },
      { seq: 4, queue: 'files', ...publication('4') },
    ]);
  });

  it('gets bytes when it asks for frames', async () => {
    await publish(3);
    const replayed = new Promise<[unknown, Buffer]>((resolve) =>
      now.client.socket.once('replay:frame', (header: unknown, bytes: Buffer) => resolve([header, bytes])),
    );
    await now.client.value('tail', { ...tail, from: { seq: 2 }, form: 'frame' });
    const [header, bytes] = await replayed;
    expect(header).toMatchObject({ subscription: 't', from: 2, to: 3, gaps: [] });
    expect(frameAt(bytes)).toMatchObject({ kind: 'frame', frame: { firstSeq: 2, count: 1 } });
  });

  it('gets live messages as bytes when it asks for them, beside others that get text', async () => {
    const other = await plainClient(now.server.url);
    const [binary, plain] = [listening(now.client), listening(other)];
    for (const [client, form] of [[now.client, { live: 'frame' }] as const, [other, {}] as const]) {
      const live = received(client.socket, 'live', 1);
      await client.value('tail', { ...tail, ...form });
      await live;
    }
    await now.client.value('publish', 'files', [publication('1'), publication('2')]);
    await Promise.all([round(now.client), round(other)]);
    expect(plain.map(([event]) => event)).toEqual(['live', 'deliver']);
    expect(binary.map(([event]) => event)).toEqual(['live', 'deliver:frame']);
    const [event, queue, epoch, firstSeq, bytes] = binary[1] ?? [];
    expect([event, queue, epoch, firstSeq]).toEqual(['deliver:frame', ...(plain[1] ?? []).slice(1, 4)]);
    // Safe: the last argument of this event.
    expect(frameAt(bytes as Buffer)).toMatchObject({ kind: 'frame', frame: { firstSeq: 1, count: 2 } });
    other.socket.disconnect();
  });

  it('with a filter gets its events, and no broadcasts to the room', async () => {
    const heard = listening(now.client);
    const live = received(now.client.socket, 'live', 1);
    await now.client.value('tail', { ...tail, events: ['error'] });
    await live;
    const replayed = received(now.client.socket, 'replay', 1);
    await now.client.value('publish', 'files', [publication(), failure, publication()]);
    expect(await replayed).toMatchObject([{ from: 1, to: 3, messages: [{ seq: 2, event: 'error' }] }]);
    expect(heard.map(([event]) => event)).toEqual(['live', 'replay']);
  });

  it('shares the room with others of its connection, which leaves it with the last', async () => {
    const heard = listening(now.client);
    for (const subscription of ['one', 'two']) {
      const live = received(now.client.socket, 'live', 1);
      await now.client.value('tail', { ...tail, subscription });
      await live;
    }
    await publish(1);
    await now.client.value('unsubscribe', 'one');
    await publish(1);
    await now.client.value('unsubscribe', 'two');
    await publish(1);
    await round(now.client);
    expect(heard.map(([event]) => event)).toEqual(['live', 'live', 'deliver', 'deliver']);
  });

  it('that does not report leaves the room, while another is live, and returns when it reports', async () => {
    const other = await plainClient(now.server.url);
    const [slow, fast] = [listening(now.client), listening(other)];
    for (const client of [now.client, other]) {
      const live = received(client.socket, 'live', 1);
      const window = client === other ? {} : { messages: 2 };
      await client.value('tail', { ...tail, window });
      await live;
    }
    await publish(5);
    await round(other);
    expect(slow.map(([event]) => event)).toEqual(['live', 'deliver', 'deliver', 'behind']);
    expect(fast.map(([event]) => event)).toEqual(['live', ...Array.from({ length: 5 }, () => 'deliver')]);
    expect(slow.at(-1)).toEqual(['behind', { subscription: 't', next: 3 }]);
    const live = received(now.client.socket, 'live', 1);
    now.client.socket.emit('position', 't', 3);
    await round(now.client);
    expect(await now.client.value('position', 't', 5)).toBe(null);
    await round(now.client);
    now.client.socket.emit('position', 't', 6);
    expect(await live).toEqual([{ subscription: 't', next: 6 }]);
    other.socket.disconnect();
  });

  it('starts from the beginning, and says so, with a position of another log', async () => {
    await publish(2);
    const answer = await now.client.value('tail', { ...tail, from: { epoch: 'another', seq: 7 } });
    const { epoch } = answer as { epoch: string };
    expect(answer).toMatchObject({ next: 1, reset: { reason: 'reset', from: 7, epoch } });
    expect(
      await now.client.value('tail', { ...tail, subscription: 'u', from: { epoch, seq: 4 } }),
    ).toMatchObject({
      next: 1,
      reset: { reason: 'reset', from: 4, epoch },
    });
    expect(await now.client.value('tail', { ...tail, subscription: 'v', from: { epoch, seq: 3 } })).toEqual({
      epoch,
      next: 3,
      contract: expect.anything(),
    });
  });

  it('is refused for what it may not do', async () => {
    await now.client.value('tail', tail);
    await now.client.value('subscribe', { subscription: 'member', queue: 'files', group: 'g' });
    for (const [code, event, ...args] of [
      ['subscription_exists', 'tail', tail],
      ['subscription_exists', 'subscribe', { subscription: 't', queue: 'files', group: 'g' }],
      ['subscription_exists', 'tail', { ...tail, subscription: 'member' }],
      ['queue_unknown', 'tail', { ...tail, subscription: 'u', queue: 'none' }],
      ['event_unknown', 'tail', { ...tail, subscription: 'u', events: ['save', 'saev'] }],
      ['request_invalid', 'tail', { ...tail, subscription: 'u', from: 'yesterday' }],
      ['request_invalid', 'position', 't', 'a'],
      ['request_invalid', 'position', 't', 2],
      ['request_invalid', 'position', 'member', 1],
      ['request_invalid', 'settle', 't', []],
      ['request_invalid', 'pause', 't'],
      ['subscription_unknown', 'position', 'other', 1],
    ] as const) {
      expect(await now.client.refusal(event, ...args)).toMatchObject({ code });
    }
  });

  it('is gone with its connection', async () => {
    const other = await plainClient(now.server.url);
    await other.value('tail', tail);
    await other.value('tail', { ...tail, subscription: 'u', events: ['save'] });
    expect(await now.client.value('queues')).toMatchObject([{ queue: 'files', tails: 2 }, { tails: 0 }]);
    other.socket.disconnect();
    let tails: unknown;
    do [{ tails }] = (await now.client.value('queues')) as [{ tails: unknown }];
    while (tails !== 0);
    await publish(1);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Receipt } from '@typed-queue/contracts';
import type { Result } from '@typed-queue/contracts/wire';
import { createHash } from 'node:crypto';
import { PacketSocket } from './packets.fixture.js';
import { headOf, jsonOf } from './packet-play.fixture.js';
import { save, sharedServer, type Received } from './shared-server.fixture.js';
import type { Transcript } from './transcript.fixture.js';

const ID = '0198f3c5-5a1e-7c00-8000-0000000000ab';
const MB = 1024 * 1024;
const server = sharedServer();

const stored = async (client: Transcript, queue: string): Promise<readonly Received[]> => {
  await client.value('tail', { subscription: queue, queue, from: 'start' });
  return (await client.next<{ messages: Received[] }>('replay')).messages;
};
/** A message whose payload, as JSON, has a number of bytes. */
const ofBytes = (bytes: number) => {
  const empty = JSON.stringify({ n: 1, text: '' }).length;
  return save(1, { payload: { n: 1, text: 'x'.repeat(bytes - empty) } });
};

describe('the fields of a message', () => {
  it.each([
    ['a UUID of version 1', { id: 'c232ab00-9414-11ec-b3c8-9f6bdeced846' }],
    ['a UUID of version 4', { id: '919108f7-52d1-4320-9bac-f847db4148a8' }],
    ['a UUID of version 7', { id: ID }],
    ['no id', {}],
    ['a dedupe key of one byte', { dedupeKey: 'a' }],
    ['a dedupe key of 255 bytes', { dedupeKey: `${'é'.repeat(127)}x` }],
    ['headers', { headers: { key: 'k', '': '' } }],
    ['no headers in them', { headers: {} }],
  ])('may be %s', async (_, fields) => {
    expect(await (await server.connect()).code('publish', server.queue(), { ...save(1), ...fields })).toBe(
      'ok',
    );
  });

  it.each([
    ['an id of zeros', 'message_invalid', { id: '00000000-0000-0000-0000-000000000000' }],
    ['an id that is no UUID', 'message_invalid', { id: 'first' }],
    ['an id that is no text', 'message_invalid', { id: 7 }],
    ['an id and a dedupe key', 'message_invalid', { id: ID, dedupeKey: 'a' }],
    ['an empty dedupe key', 'message_invalid', { dedupeKey: '' }],
    ['a dedupe key of 256 bytes', 'message_invalid', { dedupeKey: 'é'.repeat(128) }],
    ['headers that are no texts', 'message_invalid', { headers: { n: 1 } }],
    ['headers that are a list', 'message_invalid', { headers: [] }],
    ['an event that is no text', 'message_invalid', { event: 7 }],
    ['a field that is unknown', 'message_invalid', { headres: {} }],
    ['an event that the queue does not have', 'event_unknown', { event: 'sav' }],
    ['a payload that its schema refuses', 'payload_invalid', { payload: { n: 'one' } }],
    ['no payload', 'payload_invalid', { payload: undefined }],
  ])('may not be %s: %s', async (_, code, fields) => {
    const client = await server.connect();
    expect(await client.code('publish', 'queue-0', { ...save(1), ...fields })).toBe(code);
  });

  it.each([null, undefined, 7, 'save'])('are those of an object, and not of %j', async (input) => {
    expect(await (await server.connect()).code('publish', 'queue-0', input)).toBe('message_invalid');
  });

  it('give a dedupe key the id that anybody can compute', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    const hash = createHash('sha256').update(`${queue}\0größe`).digest();
    const hex = hash.toString('hex').slice(0, 32);
    const [, a, b, c, d, e] = /^(.{8})(.{4}).(.{3})(.{4})(.{12})$/.exec(hex) ?? [];
    const { id } = await client.value<Receipt>('publish', queue, { ...save(1), dedupeKey: 'größe' });
    // The variant takes the two upper bits of its byte.
    const variant = ((Number.parseInt(d ?? '', 16) & 0x3fff) | 0x8000).toString(16);
    expect(id).toBe(`${a}-${b}-8${c}-${variant}-${e}`);
  });
});

describe('a receipt', () => {
  it('has the id in lower case, like the message', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    expect(await client.value('publish', queue, save(1, { id: ID.toUpperCase() }))).toMatchObject({ id: ID });
    expect(await stored(client, queue)).toMatchObject([{ id: ID }]);
  });

  it('of an id that was stored before has its seq, and nothing is stored, whatever the message holds', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    const first = await client.value<Receipt>('publish', queue, save(1, { id: ID }));
    const other = save(2, { id: ID.toUpperCase(), event: 'error' });
    expect(await client.value('publish', queue, other)).toEqual({ ...first, duplicate: true });
    expect(await stored(client, queue)).toMatchObject([save(1)]);
  });

  it('of a message without an id never says that it is a duplicate', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    const receipts = [
      await client.value('publish', queue, save(1)),
      await client.value('publish', queue, save(1)),
    ];
    expect(receipts).toMatchObject([
      { seq: 1, duplicate: false },
      { seq: 2, duplicate: false },
    ]);
  });
});

describe('an array', () => {
  it('is answered in order, each message by itself, also where an id is in it twice', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    const messages = [save(1, { id: ID }), save(2, { event: 'sav' }), save(3, { id: ID }), save(4), null];
    expect(await client.value('publish', queue, messages)).toMatchObject([
      { value: { seq: 1, duplicate: false } },
      { error: { code: 'event_unknown' } },
      { value: { seq: 1, duplicate: true } },
      { value: { seq: 2, duplicate: false } },
      { error: { code: 'message_invalid' } },
    ]);
  });

  it('of only wrong messages is answered like any other', async () => {
    const results = await (await server.connect()).value<Result<Receipt>[]>('publish', 'queue-0', [{}, []]);
    expect(results.map(({ ok }) => ok)).toEqual([false, false]);
  });

  it.each([
    ['without messages', 'request_invalid', []],
    ['with 4,097', 'request_invalid', Array.from({ length: 4_097 }, () => save(1))],
    ['over 4 MiB', 'frame_too_large', Array.from({ length: 4 }, () => ofBytes(MB))],
  ])('%s is refused as a whole with %s, and nothing of it is stored', async (_, code, messages) => {
    const [client, queue] = [await server.connect(), server.queue()];
    expect(await client.code('publish', queue, messages)).toBe(code);
    expect(await client.value('publish', queue, save(1))).toMatchObject({ seq: 1 });
  });

  it('may have 4 MiB, with 34 bytes for each message and 100 for all', async () => {
    const messages = Array.from({ length: 4 }, () => ofBytes(MB - 34 - 25));
    const results = await (
      await server.connect()
    ).value<Result<Receipt>[]>('publish', server.queue(), messages);
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true, true]);
  });
});

describe('the log', () => {
  it('has the messages in the order in which one connection sent them', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    const numbers = Array.from({ length: 100 }, (_, place) => place + 1);
    await Promise.all(numbers.map((n) => client.value('publish', queue, n % 3 === 0 ? [save(n)] : save(n))));
    expect((await stored(client, queue)).map(({ payload: { n } }) => n)).toEqual(numbers);
  });

  it('has numbers as 64-bit floats, and of two fields of a name the last', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    const socket = await PacketSocket.open(server.url);
    socket.send('40');
    await socket.next((packet) => headOf(packet) === '40');
    socket.send(
      `421["publish","${queue}",{"event":"save","payload":{"n":1,"text":"é\\u0041","n":9007199254740993}}]`,
    );
    const answer = await socket.next((packet) => headOf(packet).startsWith('431'));
    expect(jsonOf(String(answer))).toMatchObject([{ ok: true }]);
    await socket.close();
    expect(await stored(client, queue)).toMatchObject([{ payload: { n: 2 ** 53, text: 'éA' } }]);
  });

  it('gives each message the documented fields', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await client.value('publish', queue, [save(1, { id: ID, headers: { a: 'b' } }), save(2)]);
    expect(await stored(client, queue)).toEqual([
      { ...save(1), id: ID, queue, headers: { a: 'b' }, seq: 1, time: server.time.now },
      { ...save(2), id: expect.any(String), queue, headers: {}, seq: 2, time: server.time.now },
    ]);
  });

  it('has times that never decrease', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await client.value('publish', queue, save(1));
    const { now } = server.time;
    server.time.now -= 5_000;
    await client.value('publish', queue, save(2));
    server.time.now = now;
    expect((await stored(client, queue)).map(({ time }) => time)).toEqual([now, now]);
  });
});

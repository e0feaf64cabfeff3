import { describe, expect, it } from '@jest/globals';
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from '@typed-queue/contracts/wire';
import { rawRequest, UPGRADE } from '../raw-http.fixture.js';
import { PacketSocket } from './packets.fixture.js';
import { sharedServer, type Grant } from './shared-server.fixture.js';

const SECRET = '5b0c1f0e6a7d4d2f9a5e8c7b3a2d1e0f';
const server = sharedServer();

/** `ok`, or the error that `connect_error` has as its data. */
const handshake = (auth: Readonly<Record<string, unknown>>): Promise<unknown> =>
  server.connect(auth).then(
    () => 'ok',
    (error: unknown) => (error instanceof Error && 'data' in error ? error.data : error),
  );

describe('the fields of a handshake', () => {
  it.each([
    ['nothing', {}],
    ['the version of the document', { protocolVersion: PROTOCOL_VERSION }],
    ['the version before', { protocolVersion: PROTOCOL_VERSION - 1 }],
    ['the oldest version', { protocolVersion: OLDEST_PROTOCOL_VERSION }],
    ['a secret of 32 characters', { secret: 'x'.repeat(32) }],
    ['a secret of 256 characters', { secret: 'x'.repeat(256) }],
    ['a name of one letter', { name: 'a' }],
    ['a name of all characters that are allowed', { name: `aZ09.:@_-${'x'.repeat(119)}` }],
    ['a token that nobody asks for', { token: 'anything' }],
    ['fields that are unknown', { later: { a: [1] } }],
  ])('may be %s', async (_, auth) => {
    expect(await handshake(auth)).toBe('ok');
  });

  it.each([
    ['a version that is too new', 'protocol_unsupported', { protocolVersion: PROTOCOL_VERSION + 1 }],
    ['a version that is too old', 'protocol_unsupported', { protocolVersion: 0 }],
    ['a version that is no number', 'request_invalid', { protocolVersion: '2' }],
    ['a secret of 31 characters', 'request_invalid', { secret: 'x'.repeat(31) }],
    ['a secret of 257 characters', 'request_invalid', { secret: 'x'.repeat(257) }],
    ['an empty name', 'request_invalid', { name: '' }],
    ['a name of 129 characters', 'request_invalid', { name: 'x'.repeat(129) }],
    ['a name with a space', 'request_invalid', { name: 'a b' }],
    ['a token that is no text', 'request_invalid', { token: 5 }],
    ['a `client` that is no UUID', 'request_invalid', { client: 'me' }],
  ])('may not be %s: %s, which is not retryable', async (_, code, auth) => {
    expect(await handshake(auth)).toMatchObject({ code, message: expect.any(String), retryable: false });
  });
});

describe('a client that is newer than the server', () => {
  it('gets the versions, and connects with the one of the server', async () => {
    const refusal = await handshake({ protocolVersion: 7 });
    expect(refusal).toMatchObject({
      details: { server: PROTOCOL_VERSION, oldest: OLDEST_PROTOCOL_VERSION, client: 7 },
    });
    expect(await handshake({ protocolVersion: PROTOCOL_VERSION })).toBe('ok');
  });
});

describe('an upgrade that is refused before there is a websocket', () => {
  const target = '/socket.io/?EIO=4&transport=websocket';
  const [host, polling] = ['Host: 127.0.0.1', '/socket.io/?EIO=4&transport=polling'];

  it.each<{ sent: string; status: number; code: string; headers: string[]; path?: string }>([
    { sent: 'a poll', status: 400, code: 'transport_unsupported', headers: [host], path: polling },
    { sent: 'no Host', status: 400, code: 'request_invalid', headers: UPGRADE },
    { sent: 'several Hosts', status: 400, code: 'request_invalid', headers: [...UPGRADE, host, host] },
    {
      sent: 'several Origins',
      status: 400,
      code: 'request_invalid',
      headers: [...UPGRADE, host, 'Origin: a', 'Origin: a'],
    },
    {
      sent: 'a foreign Host',
      status: 403,
      code: 'host_refused',
      headers: [...UPGRADE, 'Host: evil.example'],
    },
    {
      sent: 'a foreign Origin',
      status: 403,
      code: 'origin_refused',
      headers: [...UPGRADE, host, 'Origin: http://evil.example'],
    },
  ])(
    'is answered with the error in JSON when it has $sent',
    async ({ status, code, headers, path = target }) => {
      const answer = await rawRequest(server.url, path, headers);
      expect(answer.status).toBe(status);
      const error = { code, message: expect.any(String), details: expect.any(Object), retryable: false };
      expect(JSON.parse(answer.body)).toEqual(error);
    },
  );
});

describe('a client', () => {
  it('needs no Origin', async () => {
    const socket = await PacketSocket.open(server.url);
    await socket.close();
  });

  it('may send the Origin of the server, by each of its names', async () => {
    for (const name of ['127.0.0.1', 'localhost']) {
      const url = server.url.replace('127.0.0.1', name);
      const socket = await PacketSocket.open(url, { origin: url });
      await socket.close();
    }
  });

  it('may have the name of another', async () => {
    const queue = server.queue();
    for (const subscription of ['one', 'two']) {
      const client = await server.connect({ name: 'same' });
      await client.value('subscribe', { subscription, queue, group: 'g' });
    }
    const [group] = await (await server.connect()).value<{ members: unknown[] }[]>('groups', queue);
    expect(group?.members).toMatchObject([{ client: 'same' }, { client: 'same' }]);
  });

  it('with the secret and the subscription of another gets its messages', async () => {
    const queue = server.queue();
    const older = await server.connect({ secret: SECRET });
    await server.fill(older, queue, 1);
    const subscription = { subscription: 's', queue, group: 'g' };
    await older.value('subscribe', subscription);
    const { token } = await older.next<Grant>('grant');
    const newer = await server.connect({ secret: SECRET });
    await newer.value('subscribe', subscription);
    expect(await newer.next('grant')).toMatchObject({ messages: [{ seq: 1, attempt: 1 }] });
    expect(await older.code('settle', 's', [{ token, outcome: { kind: 'ack' } }])).toBe('lease_lost');
  });
});

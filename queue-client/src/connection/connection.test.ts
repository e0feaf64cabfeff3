import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { failed, ok, PROTOCOL_VERSION } from '@typed-queue/contracts/wire';
import { Connection } from './connection.js';
import { codeOf } from '../code-of.fixture.js';
import { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import { ManualRuntime } from '../runtime.fixture.js';
import { heard, Stage, until } from '../session.fixture.js';
import { FakeSocket } from './socket.fixture.js';
import { openSocket } from './socket.js';
import type { Token } from './token-source.js';

const stage = new Stage();

const openFake = (token?: Token) => {
  const socket = new FakeSocket();
  const runtime = new ManualRuntime();
  const events: string[] = [];
  const emitter = new Emitter<ClientEvents>(runtime.report);
  for (const name of ['connection:failed', 'error'] as const) emitter.on(name, () => events.push(name));
  const connection = new Connection({
    name: 'http://host',
    options: { url: '', reconnect: { minDelayMs: 500, maxDelayMs: 5_000 } },
    handshake: {},
    token,
    onExpired: () => undefined,
    onRenewed: () => undefined,
    runtime: { after: runtime.after, random: runtime.random, openSocket: () => socket },
    emitter,
    onConnected: () => undefined,
    onDisconnected: () => undefined,
    onRefused: () => undefined,
  });
  return { socket, runtime, connection, events };
};

describe('Connection', () => {
  it('passes an answer on only while the connection lasts that asked', () => {
    const { socket, connection } = openFake();
    const answers: string[] = [];
    const ask = (name: string): void => connection.send('unsubscribe', 's', () => answers.push(name));
    socket.fire('connect');
    ask('in time');
    socket.answers[0]?.(ok(null));
    ask('late');
    ask('much later');
    socket.fire('disconnect', 'transport close');
    socket.answers[1]?.(ok(null));
    socket.fire('connect');
    socket.answers[2]?.(ok(null));
    expect(answers).toEqual(['in time']);
  });

  it('ends a subscription only when the server took that, however often it refuses it temporarily', () => {
    const { socket, runtime, connection } = openFake();
    const answers: unknown[] = [];
    socket.fire('connect');
    connection.send('unsubscribe', 's', (result) => answers.push(result));
    const refusal = new QueueError('rate_limited', 'Too many.', { details: { retryAfterMs: 1_000 } });
    socket.answers[0]?.(failed(refusal));
    expect(answers).toEqual([]);
    expect(runtime.fireNextTimer()).toBe(1_100);
    expect(socket.calls).toEqual(['unsubscribe', 'unsubscribe']);
    socket.answers[1]?.(ok(null));
    expect(answers).toEqual([ok(null)]);
  });

  it('does not end a subscription of a connection that is gone', () => {
    const { socket, runtime, connection } = openFake();
    socket.fire('connect');
    connection.send('unsubscribe', 's', () => undefined);
    socket.answers[0]?.(failed(new QueueError('rate_limited', 'Too many.')));
    socket.fire('disconnect', 'transport close');
    socket.fire('connect');
    runtime.fireNextTimer();
    expect(socket.calls).toEqual(['unsubscribe']);
  });

  it('connects again by itself where Socket.IO does not, after longer and longer waits', () => {
    const { socket, runtime } = openFake();
    socket.fire('connect');
    socket.fire('disconnect', 'transport close');
    expect(runtime.timers.size).toBe(0);
    socket.fire('connect');
    socket.active = false;
    socket.fire('disconnect', 'io server disconnect');
    expect(runtime.fireNextTimer()).toBe(500);
    expect(socket.calls).toEqual(['connect']);
    socket.fire('connect_error', new Error('not yet'));
    expect(runtime.fireNextTimer()).toBe(1_000);
    expect(socket.calls).toEqual(['connect', 'connect']);
  });

  it('connects again no earlier than the server says', () => {
    const { socket, runtime } = openFake();
    socket.active = false;
    const { message, ...error } = new QueueError('rate_limited', 'Too many wrong keys.', {
      details: { retryAfterMs: 20_000 },
    });
    socket.fire('connect_error', Object.assign(new Error(message), { data: { message, ...error } }));
    expect([...runtime.timers.values()]).toEqual([22_000]);
  });

  it('is refused when the first answer is that of no queue server', () => {
    const { socket, runtime, connection, events } = openFake();
    socket.active = false;
    socket.fire('connect_error', new Error('Invalid namespace'));
    expect(connection.state).toMatchObject({ kind: 'refused', error: { code: 'protocol_unsupported' } });
    expect(events).toEqual(['error']);
    expect(runtime.timers.size).toBe(0);
    expect(socket.calls).toEqual(['disconnect']);
  });

  it('tries again what was right before: a certificate may be renewed', () => {
    const { socket, connection, events } = openFake();
    const expired = Object.assign(new Error('expired'), { code: 'CERT_HAS_EXPIRED' });
    const failure = Object.assign(new Error('websocket error'), { description: { error: expired } });
    socket.fire('connect');
    socket.fire('disconnect', 'transport close');
    socket.fire('connect_error', failure);
    expect(connection.state.kind).toBe('disconnected');
    expect(events).toEqual(['connection:failed']);
  });

  it('closed, it connects no more', () => {
    const { socket, runtime, connection } = openFake();
    socket.fire('connect');
    socket.active = false;
    socket.fire('disconnect', 'io server disconnect');
    connection.close();
    expect(runtime.timers.size).toBe(0);
    expect(connection.state).toEqual({ kind: 'closed' });
    socket.fire('connect_error', new Error('late'));
    expect(runtime.timers.size).toBe(0);
    expect(socket.calls).toEqual(['disconnect']);
  });
});

describe('connecting', () => {
  it('shows protocol version, a secret, its name and the token', async () => {
    const client = stage.open({ token: 'secret' });
    expect(client.state).toEqual({ kind: 'connecting' });
    expect(await heard(client, 'connected')).toEqual({ again: false });
    expect(client.state).toEqual({ kind: 'connected' });
    expect(stage.server.handshakes).toEqual([
      {
        protocolVersion: PROTOCOL_VERSION,
        token: 'secret',
        name: client.name,
        secret: expect.stringMatching(/^[0-9a-f]{64}$/),
        client: expect.any(String),
      },
    ]);
  });

  it('has the name that it is given, or one of its own', async () => {
    expect(stage.open({ name: 'logger' }).name).toBe('logger');
    const names = [stage.open().name, stage.open().name];
    expect(names).toEqual(names.map(() => expect.stringMatching(/^client-[0-9a-f]{8}$/)));
    expect(names[0]).not.toBe(names[1]);
    for (const name of ['', 'a/b', 'x'.repeat(129)]) {
      expect(() => stage.open({ name })).toThrow(expect.objectContaining({ code: 'request_invalid' }));
    }
  });

  it('shares its secret with no other client, and does not show it in its name', async () => {
    const clients = [stage.open(), stage.open()];
    await Promise.all(clients.map((client) => heard(client, 'connected')));
    const secrets = stage.server.handshakes.map(({ secret }) => secret ?? '');
    expect(new Set(secrets).size).toBe(2);
    for (const secret of secrets) {
      expect(clients.map(({ name }) => name).join()).not.toContain(secret.slice(0, 8));
    }
  });

  it('stops when the server refuses permanently', async () => {
    stage.server.refusal = new QueueError('protocol_unsupported', 'too old');
    const client = stage.open();
    const { error } = await heard(client, 'error');
    expect(error).toMatchObject({ code: 'protocol_unsupported', message: 'too old' });
    expect(client.state).toMatchObject({ kind: 'refused', error: { code: error.code } });
    expect(stage.server.handshakes).toHaveLength(1);
    expect(stage.errors).toEqual([{ error }]);
  });

  it('rejects what waits, and all later calls, when the server refuses permanently', async () => {
    stage.server.refusal = new QueueError('protocol_unsupported', 'too old');
    const client = stage.open();
    const published = client.publish('files', 'save', 1);
    const { ready } = client.subscribe('files', { group: 'g' }, () => undefined);
    expect(await codeOf(published)).toBe('protocol_unsupported');
    expect(await codeOf(ready)).toBe('protocol_unsupported');
    expect(await codeOf(client.publish('files', 'save', 2))).toBe('protocol_unsupported');
    expect(() => client.subscribe('files', { group: 'g' }, () => undefined)).toThrow(QueueError);
  });

  it('tries again when the server refuses temporarily', async () => {
    stage.server.refusal = new QueueError('draining', 'soon gone');
    const client = stage.open();
    const published = client.publish('files', 'save', 1);
    await heard(client, 'error');
    await heard(client, 'error');
    stage.server.refusal = undefined;
    expect(await published).toMatchObject({ seq: 1 });
  });

  it('tries again when nobody listens, and says so', async () => {
    await stage.server.close();
    const client = stage.open();
    const { cause } = await heard(client, 'connection:failed');
    expect(cause).toMatchObject({ message: expect.stringContaining('ECONNREFUSED'), code: 'ECONNREFUSED' });
    await heard(client, 'connection:failed');
  });
});

describe('reconnecting', () => {
  it.each(['cut', 'dismiss'] as const)('comes back after a %s with what was not answered', async (end) => {
    const client = stage.open();
    await heard(client, 'connected');
    stage.server.answering = false;
    const first = client.publish('files', 'save', 1);
    await until(() => stage.server.frames.length === 1);
    stage.server[end]();
    await heard(client, 'disconnected');
    expect(client.state.kind).toBe('disconnected');
    const second = client.publish('files', 'save', 2);
    stage.server.answering = true;
    expect(await heard(client, 'connected')).toEqual({ again: true });
    expect((await first).seq).toBe(1);
    expect((await second).seq).toBe(2);
    expect(stage.server.frames).toEqual([[1], [1], [2]]);
    expect(new Set(stage.server.handshakes.map(({ secret }) => secret)).size).toBe(1);
  });

  it('what Socket.IO buffers while a ping is missing is not sent twice, nor out of order', async () => {
    let missPing = (): void => undefined;
    const client = stage.open(undefined, {
      openSocket: (options) => {
        const socket = openSocket(options);
        missPing = () => void Object.assign(socket.io.engine, { _pingTimeoutTime: 1 });
        return socket;
      },
    });
    await heard(client, 'connected');
    stage.server.answering = false;
    const first = client.publish('files', 'save', 1);
    await until(() => stage.server.frames.length === 1);
    stage.server.answering = true;
    missPing();
    const second = client.publish('files', 'save', 2);
    expect((await first).seq).toBe(1);
    expect((await second).seq).toBe(2);
    expect(stage.server.frames).toEqual([[1], [1], [2]]);
  });
});

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { connectNats } from '../../engine/nats/connection.js';
import { describeWithNats } from '../../engine/nats/nats.fixture.js';
import { NatsProcess } from '../../reliability/nats-process.js';
import { ConnectionTunnels } from './connection-tunnels.js';
import { encodePacket } from './packet.js';
import { openTunnel } from './open-tunnel.js';
import { serveTunnels } from './serve-tunnels.js';
import { endOf, ORIGIN, TwoServers } from './tunnel.fixture.js';
import type { TunnelOrigin } from './tunnel-origin.js';

/** Longer than an end may be silent. */
const FROZEN_MS = 3_500;

describeWithNats('opening a tunnel', () => {
  let nats: NatsProcess;
  let servers: TwoServers;
  beforeEach(async () => {
    nats = await NatsProcess.start();
    servers = await TwoServers.connect(nats.url);
  });
  afterEach(async () => {
    nats.continue();
    await servers.close();
    await nats.stop();
  });

  const open = (timeoutMs = 60_000, signal?: AbortSignal): ReturnType<typeof openTunnel> =>
    openTunnel(servers.near, 'open.logs', ORIGIN, { timeoutMs, ...(signal && { signal }) });
  const openEnds = (): [number, number] => [
    ConnectionTunnels.of(servers.near).size,
    ConnectionTunnels.of(servers.far).size,
  ];

  it('fails at once when nobody serves the subject', async () => {
    await expect(open()).rejects.toMatchObject({ code: 'storage_unavailable', reason: 'nobody' });
  });

  it('fails when nobody serves the subject any longer', async () => {
    serveTunnels(servers.far, 'open.logs', () => undefined).close();
    await servers.far.flush();
    await expect(open()).rejects.toMatchObject({ reason: 'nobody' });
  });

  it('fails when who serves the subject does not answer', async () => {
    servers.far.subscribe('open.logs', { callback: () => undefined });
    await servers.far.flush();
    await expect(open(50)).rejects.toMatchObject({ reason: 'silent' });
  });

  it('fails when its signal is aborted, with the reason of it', async () => {
    servers.far.subscribe('open.logs', { callback: () => ended.abort(new Error('left')) });
    await servers.far.flush();
    const ended = new AbortController();
    await expect(open(60_000, ended.signal)).rejects.toThrow('left');
  });

  it('fails at once when NATS is killed meanwhile, and until it runs again', async () => {
    servers.far.subscribe('open.logs', { callback: () => void nats.kill() });
    await servers.far.flush();
    await expect(open()).rejects.toMatchObject({ reason: 'disconnected' });
    await expect(open()).rejects.toMatchObject({ reason: 'disconnected' });
  });

  it('breaks, in place of delivering what waited, when this process did not run for a while', async () => {
    const [near, far] = await servers.open();
    far.write('late');
    await servers.far.flush();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FROZEN_MS);
    expect(await endOf(near)).toMatchObject({ message: expect.stringContaining('did not run') });
    expect(near.readableLength).toBe(0);
  });

  it('says who it is for', async () => {
    const origins: TunnelOrigin[] = [];
    const [near] = await Promise.all([
      new Promise((resolve) => {
        serveTunnels(servers.far, 'open.logs', (_stream, from) => resolve(origins.push(from)));
      }),
      servers.far.flush().then(() => open()),
    ]);
    expect(near).toBe(1);
    expect(origins).toEqual([ORIGIN]);
  });

  it('is accepted by one server when several answer', async () => {
    const third = await connectNats({ url: nats.url });
    let accepted = 0;
    for (const connection of [servers.far, third.connection]) {
      serveTunnels(connection, 'open.logs', (stream) => {
        accepted++;
        stream.pipe(stream);
      });
      await connection.flush();
    }
    const near = await open();
    near.write('x');
    await new Promise((resolve) => near.once('data', resolve));
    await third.connection.flush();
    expect(accepted).toBe(1);
    await third.connection.close();
  });

  it('answers nobody who asks for something else', async () => {
    serveTunnels(servers.far, 'open.logs', () => undefined);
    for (const text of ['', '{}', '{"version":2,"address":"127.0.0.1"}', '{"version":1,"address":"x"}'])
      servers.near.publish('open.logs', text, { reply: 'nobody' });
    await servers.near.flush();
    await servers.far.flush();
    expect(openEnds()).toEqual([0, 0]);
  });

  it('leaves nothing behind when both ends are closed', async () => {
    const [near, far] = await servers.open();
    near.destroy();
    far.resume();
    await endOf(far);
    expect(openEnds()).toEqual([0, 0]);
  });

  it('breaks both ends at once when NATS is killed', async () => {
    const [near, far] = await servers.open();
    await nats.kill();
    expect(await Promise.all([endOf(near), endOf(far)])).toEqual([
      expect.objectContaining({ code: 'ECONNRESET' }),
      expect.objectContaining({ code: 'ECONNRESET' }),
    ]);
    await nats.restart();
  });

  it('works again when NATS was killed and runs again', async () => {
    await servers.open();
    await nats.kill();
    await nats.restart();
    await servers.connected();
    const [near, far] = await servers.open();
    near.end('again');
    expect((await far.toArray()).join('')).toBe('again');
  });

  it('breaks before it is silent for long when the connection of the other server is closed', async () => {
    const [near] = await servers.open();
    await servers.far.close();
    expect(await endOf(near)).toMatchObject({ code: 'ECONNRESET', message: expect.stringContaining('gone') });
  });

  it('breaks by silence when NATS freezes', async () => {
    const [near, far] = await servers.open();
    nats.freeze();
    expect(await Promise.all([endOf(near), endOf(far)])).toEqual([
      expect.objectContaining({ code: 'ETIMEDOUT' }),
      expect.objectContaining({ code: 'ETIMEDOUT' }),
    ]);
  });

  it('breaks by silence when the other server freezes', async () => {
    servers.far.subscribe('frozen', { callback: () => undefined });
    servers.far.subscribe('open.logs', { callback: (_error, message) => void message.respond('frozen') });
    await servers.far.flush();
    expect(await endOf(await open())).toMatchObject({ code: 'ETIMEDOUT' });
  });

  it('is given up by silence when who asked for it does not take it', async () => {
    let accepted = 0;
    serveTunnels(servers.far, 'open.logs', () => accepted++);
    await servers.far.flush();
    await servers.near.request('open.logs', JSON.stringify({ version: 1, ...ORIGIN }), { timeout: 60_000 });
    expect(openEnds()).toEqual([0, 1]);
    while (openEnds()[1] > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(accepted).toBe(0);
  });

  it('is refused when it is taken after the server has closed', async () => {
    const serving = serveTunnels(servers.far, 'open.logs', () => undefined);
    await servers.far.flush();
    const answer = await servers.near.request('open.logs', JSON.stringify({ version: 1, ...ORIGIN }));
    serving.close();
    const refused = new Promise((resolve) => {
      servers.near.subscribe('mine', { callback: (_error, message) => resolve(message.data[0]) });
    });
    servers.near.publish(
      answer.string(),
      encodePacket({ number: 0, packet: { kind: 'open', subject: 'mine' } }),
    );
    expect(await refused).toBe(4);
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract, type SystemContract } from '@typed-queue/contracts';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { restore } from './backup/restore.js';
import { plainClient } from './plain-client.fixture.js';
import { KeyHolders, keyOf } from './rights/key-holders.fixture.js';
import { startTestServer, type TestServer } from './testing.js';

const payload = { path: '/', bytes: 0, sha256: '', durationMs: 0 };

const post = (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${url}/backup`, { method: 'POST', headers });

const codeOf = async (answer: Promise<Response>): Promise<[status: number, code: string]> => {
  const response = await answer;
  // Safe: an error of the server.
  const { code } = (await response.json()) as { readonly code: string };
  return [response.status, code];
};

describe('a restored server', () => {
  let root: string;
  let server: TestServer;
  let client: QueueClient<SystemContract>;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'server-backup-'));
    server = await startTestServer({ dataDir: join(root, 'running', 'queue') });
    client = connect(contract, { url: server.url, reconnect: { minDelayMs: 10, maxDelayMs: 50 } });
    client.on('connection:failed', () => undefined);
  });
  afterEach(async () => {
    await client.close({ timeoutMs: 0 });
    await server.close();
    await rm(root, { recursive: true });
  });

  const backUp = async (): Promise<string> => {
    const path = join(root, 'backup.tar');
    const response = await post(server.url);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-tar']);
    await writeFile(path, new Uint8Array(await response.arrayBuffer()));
    return path;
  };

  /** The restored one takes the place of the server, for its clients. */
  const replace = async (backup: string): Promise<void> => {
    const dataDir = join(root, 'restored');
    await restore(backup, dataDir);
    await server.close();
    server = await startTestServer({
      dataDir: join(dataDir, 'queue'),
      port: Number(new URL(server.url).port),
    });
  };

  it('tells members and tails of a reset, and delivers what is not settled', async () => {
    const handled: number[] = [];
    await client.publish('files', 'save', payload);
    const backup = await backUp();
    await client.publish('files', 'save', payload);
    const gaps: string[] = [];
    const [member, reader] = ['billing', undefined].map(
      (group) =>
        new Promise<void>((resolve) => {
          client.on('gap', (gap) => {
            if (gap.group !== group) return;
            gaps.push(`${gap.reason} of ${gap.group ?? 'the tail'}`);
            resolve();
          });
        }),
    );
    client.subscribe('files', { group: 'billing' }, ({ seq }) => void handled.push(seq));
    const tail = client.tail('files', { from: 'start' });
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { seq } of tail) if (seen.push(seq) === 3) break;
    })();
    while (handled.length < 2 || seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await replace(backup);
    await Promise.all([reader, reading]);
    expect(seen).toEqual([1, 2, 1]);
    // The group was created after the backup: the restored server makes it again.
    await member;
    while (handled.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(handled).toEqual([1, 2, 1]);
    expect(gaps.sort()).toEqual(['reset of billing', 'reset of the tail']);
  });

  it('goes on with the definitions of its queues', async () => {
    await client.publish('files', 'save', payload);
    const backup = await backUp();
    await replace(backup);
    const plain = await plainClient(server.url);
    const tail = { subscription: 't', queue: 'files', from: 'start' };
    expect(await plain.value('tail', tail)).toMatchObject({ contract: { since: 1 } });
    plain.socket.disconnect();
  });

  it('stays as it was when a client leaves in the middle of a backup', async () => {
    await client.publish('files', 'save', payload);
    const { hostname, port } = new URL(server.url);
    const leaving = request({ hostname, port, method: 'POST', path: '/backup' }).end();
    leaving.on('error', () => undefined);
    // Safe: what `response` says.
    const [response] = (await once(leaving, 'response')) as [IncomingMessage];
    response.destroy();
    for (let status = 0; status !== 200;) {
      const again = await post(server.url);
      await again.arrayBuffer();
      ({ status } = again);
    }
    expect((await client.publish('files', 'save', payload)).seq).toBe(2);
  });
});

describe('POST /backup', () => {
  const holders = new KeyHolders();
  beforeEach(() => holders.start());
  afterEach(() => holders.stop());
  const bearer = (name: string) => ({ authorization: `Bearer ${keyOf(name)}` });

  it('needs a key', async () => {
    expect(await codeOf(post(holders.server.url))).toEqual([401, 'unauthorized']);
    expect(await codeOf(post(holders.server.url, bearer('nobody')))).toEqual([401, 'unauthorized']);
  });

  it('needs the rights to administer and to tail every queue', async () => {
    await holders.rewrite(
      { name: 'one', queues: { files: { admin: true, tail: true } } },
      { name: 'operator', queues: { '*': { admin: true } } },
      { name: 'reader', queues: { '*': { tail: true } } },
      { name: 'both', queues: { '*': { admin: true, tail: true } } },
    );
    for (const name of ['one', 'operator', 'reader'])
      expect(await codeOf(post(holders.server.url, bearer(name)))).toEqual([403, 'forbidden']);
    // It keeps everything in memory.
    expect(await codeOf(post(holders.server.url, bearer('both')))).toEqual([400, 'request_invalid']);
    expect(holders.log).toContain('audit: request /backup: forbidden');
  });

  it('counts what it refuses among the refusals of the server', async () => {
    await holders.rewrite(
      { name: 'operator', queues: { '*': { admin: true } } },
      { name: 'both', queues: { '*': { admin: true, tail: true } } },
    );
    const { url } = holders.server;
    await post(url);
    for (const name of ['operator', 'both']) await post(url, bearer(name));
    const metrics = await (await fetch(`${url}/metrics`, { headers: bearer('both') })).text();
    for (const code of ['unauthorized', 'forbidden', 'request_invalid'])
      expect(metrics).toContain(`typed_queue_refused_total{error_type="${code}"} 1`);
  });

  it('is refused to pages of other origins, and is no GET', async () => {
    expect(await codeOf(post(holders.server.url, { origin: 'http://evil.example' }))).toEqual([
      403,
      'origin_refused',
    ]);
    const read = await fetch(`${holders.server.url}/backup`);
    expect([read.status, read.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

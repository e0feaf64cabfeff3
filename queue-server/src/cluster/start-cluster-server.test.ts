import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithNats } from '../engine/nats/nats.fixture.js';
import { NatsProcess } from '../reliability/nats-process.js';
import { startQueueServer, type QueueServer } from '../server.js';

describeWithNats('queue servers that all serve', () => {
  let folder: string;
  let nats: NatsProcess;
  const servers: QueueServer[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cluster-'));
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
    await nats.stop();
    await rm(folder, { recursive: true });
  });

  const startNats = async (config = ''): Promise<void> => {
    const file = join(folder, 'nats.conf');
    await writeFile(file, config);
    nats = await NatsProcess.start('--config', file);
  };
  const start = async (natsSpread: boolean, natsUrl = nats.url): Promise<QueueServer> => {
    const server = await startQueueServer({ storage: 'nats', natsUrl, natsSpread });
    servers.push(server);
    return server;
  };

  it('take what is for any queue, whichever of them has it', async () => {
    await startNats();
    const urls = [(await start(true)).url, (await start(true)).url];
    const clients = urls.map((url) => connect(contract, { url }));
    const failed = { path: '/a', operation: 'read', code: 'ENOENT', message: 'missing' } as const;
    const read = { model: 'product', id: '1', count: 1 } as const;
    const receipts = await Promise.all(
      clients.flatMap((client) => [
        client.publish('files', 'error', failed),
        client.publish('database', 'read', read),
      ]),
    );
    expect(receipts.map(({ seq }) => seq).sort()).toEqual([1, 1, 2, 2]);
    await Promise.all(clients.map((client) => client.close()));
  });

  it('refuse the data of a server that serves alone', async () => {
    await startNats();
    await (await start(false)).close();
    await expect(start(true)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('with NATS_SPREAD=false'),
    });
  });

  it('name what their user may not do in NATS', async () => {
    await startNats(`authorization { users: [ { user: queue, password: word, permissions: {
      publish: [ "$JS.API.>", "$KV.*.*", "typed-queue.queue.>" ], subscribe: "_INBOX.>" } } ] }`);
    await expect(start(true, nats.url.replace('//', '//queue:word@'))).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('Permissions Violation'),
    });
  });
});

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describeWithNats } from '../engine/nats/nats.fixture.js';
import { NatsProcess } from '../reliability/nats-process.js';
import { startQueueServer, type QueueServer } from '../server.js';

const POLL_MS = 20;

const hasFiles = async ({ url }: QueueServer): Promise<boolean> => {
  const response = await fetch(`${url}/metrics`, { headers: { connection: 'close' } });
  return (await response.text()).includes('typed_queue_groups{messaging_destination_name="files"}');
};

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

  it('hand a queue over while a handler runs, which goes on under its lease', async () => {
    await startNats();
    const both = [await start(true), await start(true)];
    const owned = await Promise.all(both.map(hasFiles));
    const [owner, other] = owned[0] === true ? both : both.reverse();
    const client = connect(contract, { url: other?.url ?? '' });
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const handled: number[] = [];
    let isLost = true;
    const begun = new Promise<void>((resolve) => {
      client.subscribe('files', { group: 'g' }, async ({ seq }, { signal }) => {
        handled.push(seq);
        resolve();
        await finished;
        isLost = signal.aborted;
      });
    });
    await client.publish('files', 'save', { path: '/a', bytes: 1, sha256: '0'.repeat(64), durationMs: 1 });
    await begun;
    await owner?.close();
    while ((await client.admin.groups('files'))[0]?.depth !== 1) await setTimeout(POLL_MS);
    finish();
    while ((await client.admin.groups('files'))[0]?.depth !== 0) await setTimeout(POLL_MS);
    expect({ handled, isLost }).toEqual({ handled: [1], isLost: false });
    await client.close();
  });

  it('refuse the data of a server that serves alone', async () => {
    await startNats();
    await (await start(false)).close();
    await expect(start(true)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('with NATS_SPREAD=false'),
    });
  });

  it('refuse more replicas than NATS has servers', async () => {
    await startNats();
    const options = { storage: 'nats', natsUrl: nats.url, natsReplicas: 3 } as const;
    await expect(startQueueServer(options)).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('NATS_REPLICAS'),
    });
  });

  it.each([
    ['publish', '"$JS.API.>", "$KV.*.*", "typed-queue.queue.>"', '"_INBOX.>", "typed-queue.>"'],
    ['hear', '"$JS.API.>", "$KV.*.*", "$KV.*.*.*", "typed-queue.>", "_INBOX.>"', '"_INBOX.>"'],
  ])('name what their user may not %s in NATS', async (_, publish, subscribe) => {
    await startNats(`authorization { users: [ { user: queue, password: word, permissions: {
      publish: [ ${publish} ], subscribe: [ ${subscribe} ] } } ] }`);
    await expect(start(true, nats.url.replace('//', '//queue:word@'))).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('Permissions Violation'),
    });
  });
});

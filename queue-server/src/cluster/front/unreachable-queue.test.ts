import { afterEach, describe, expect, it } from '@jest/globals';
import { plainClient } from '../../plain-client.fixture.js';
import { TestCluster } from './cluster.fixture.js';

let cluster: TestCluster;
afterEach(() => cluster.close());

const failed = { model: 'product', operation: 'read', code: 'x', message: 'y' } as const;

describe('while one queue has no server', () => {
  const startWithout = async (): Promise<Awaited<ReturnType<typeof plainClient>>> => {
    cluster = await TestCluster.start();
    const client = await plainClient(cluster.url);
    await client.value('publish', 'database', { event: 'error', payload: failed });
    await cluster.endUnit('files');
    return client;
  };
  const why = { code: 'storage_unavailable', message: 'Nobody owns "files".' };

  it('the overview has the figures of the others, and says why that one has none', async () => {
    const { socket, value } = await startWithout();
    expect(await value('overview')).toMatchObject({
      server: { connections: 1 },
      totals: { queues: 2 },
      queues: [
        { queue: 'database', messages: 1 },
        { queue: 'files', unreachable: why, messages: 0, rights: { publish: true } },
      ],
      attention: [{ kind: 'unreachable', queue: 'files', ...why }],
    });
    socket.disconnect();
  });

  it('the list of queues has it as unreachable', async () => {
    const { socket, value } = await startWithout();
    expect(await value('queues')).toMatchObject([
      { queue: 'files', unreachable: why },
      { queue: 'database', lastSeq: 1 },
    ]);
    socket.disconnect();
  });

  it('the history is that of the others, and names it', async () => {
    const { socket, value } = await startWithout();
    expect(await value('history')).toMatchObject({ stepMs: 10_000, unreachable: ['files'] });
    socket.disconnect();
  });

  it('the metrics are those of the others, and say which cannot be reached', async () => {
    const { socket, value } = await startWithout();
    await value('queues');
    const text = await (await fetch(`${cluster.url}/metrics`)).text();
    const reachable = text.split('\n').filter((line) => line.startsWith('typed_queue_reachable{'));
    expect(reachable).toEqual([
      'typed_queue_reachable{messaging_destination_name="files"} 0',
      'typed_queue_reachable{messaging_destination_name="database"} 1',
    ]);
    socket.disconnect();
  });
});

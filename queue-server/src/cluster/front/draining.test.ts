import { afterEach, describe, expect, it } from '@jest/globals';
import { plainClient, type PlainClient } from '../../plain-client.fixture.js';
import { TestCluster } from './cluster.fixture.js';

let cluster: TestCluster;
let client: PlainClient;
afterEach(async () => {
  client.socket.disconnect();
  await cluster.close();
});

/** Of several queues. */
const connected = async (): Promise<void> => {
  cluster = await TestCluster.start();
  client = await plainClient(cluster.url);
  await client.value('queues');
};

describe('a client of several queues', () => {
  /** How often it hears that its server is shutting down, until it is disconnected. */
  const heard = (): Promise<number> => {
    let times = 0;
    client.socket.on('draining', () => times++);
    return new Promise((resolve) => client.socket.once('disconnect', () => resolve(times)));
  };

  it('hears once that its server is shutting down', async () => {
    await connected();
    const times = heard();
    await cluster.front.drain();
    for (const queue of ['files', 'database']) await cluster.endUnit(queue);
    await cluster.front.close();
    expect(await times).toBe(1);
  });
});

it('a client is served by a server that drains, which is not ready any more', async () => {
  await connected();
  await cluster.front.drain();
  expect((await fetch(`${cluster.url}/readyz`)).status).toBe(503);
  expect(await client.value('seq-at', 'files', 'now')).toMatchObject({ seq: 1 });
});

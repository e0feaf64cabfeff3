import { afterEach, expect, it } from '@jest/globals';
import { plainClient, type PlainClient } from '../../plain-client.fixture.js';
import { TestCluster } from './cluster.fixture.js';

let cluster: TestCluster;
let client: PlainClient;
afterEach(async () => {
  client.socket.disconnect();
  await cluster.close();
});

it('a client is served by a server that drains, which is not ready any more', async () => {
  cluster = await TestCluster.start();
  client = await plainClient(cluster.url);
  await client.value('queues');
  await cluster.front.drain();
  expect((await fetch(`${cluster.url}/readyz`)).status).toBe(503);
  expect(await client.value('seq-at', 'files', 'now')).toMatchObject({ seq: 1 });
});

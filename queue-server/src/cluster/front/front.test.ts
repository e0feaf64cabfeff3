import { afterEach, expect, it } from '@jest/globals';
import { connect } from '@typed-queue/queue-client';
import { contract } from '@typed-queue/contracts';
import { plainClient } from '../../plain-client.fixture.js';
import { TestCluster } from './cluster.fixture.js';

let cluster: TestCluster;
afterEach(() => cluster.close());

const saved = { path: 'a', bytes: 1, sha256: 'x', durationMs: 1 };

it('a client publishes to several queues and tails them over one connection', async () => {
  cluster = await TestCluster.start();
  const queue = connect(contract, { url: cluster.url });
  const receipt = await queue.publish('files', 'save', saved);
  expect(receipt).toMatchObject({ seq: 1, durability: 'memory' });
  const read = await queue.publish('database', 'error', { model: 'm', operation: 'read', code: 'c', message: 'x' });
  expect(read.seq).toBe(1);
  for await (const message of queue.tail('files', { from: 'start' })) {
    expect(message).toMatchObject({ payload: saved });
    break;
  }
  await queue.close();
});

it('an unknown request is refused as by a server', async () => {
  cluster = await TestCluster.start();
  const { socket, refusal } = await plainClient(cluster.url);
  expect(await refusal('nonsense')).toMatchObject({
    code: 'request_invalid',
    message: 'The server knows no request "nonsense".',
  });
  expect(await refusal('publish', 'nowhere', {})).toMatchObject({
    code: 'queue_unknown',
    details: { queues: ['files', 'database'] },
  });
  socket.disconnect();
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { connect } from '@typed-queue/queue-client';
import { contract } from '@typed-queue/contracts';
import type { Result } from '@typed-queue/contracts/wire';
import { setImmediate } from 'node:timers/promises';
import { plainClient, received } from '../../plain-client.fixture.js';
import { TestCluster } from './cluster.fixture.js';

let cluster: TestCluster;
afterEach(() => cluster.close());

const saved = { path: 'a', bytes: 1, sha256: 'x', durationMs: 1 };
const failed = { model: 'product', operation: 'read', code: 'x', message: 'y' } as const;
const message = (payload: unknown = saved) => ({ event: 'save', payload });

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await setImmediate();
};

describe('the clients of a front', () => {
  it('publish to several queues over one connection', async () => {
    cluster = await TestCluster.start();
    const queue = connect(contract, { url: cluster.url });
    const receipts = await Promise.all([
      queue.publish('files', 'save', saved),
      queue.publish('database', 'error', failed),
    ]);
    expect(receipts).toMatchObject([{ seq: 1 }, { seq: 1 }]);
    await queue.close();
  });

  it('keep the order of their requests while a link is being opened', async () => {
    cluster = await TestCluster.start();
    const { socket, ask } = await plainClient(cluster.url);
    const sent = [1, 2, 3, 4].map((bytes) => ask('publish', 'files', message({ ...saved, bytes })));
    expect(await Promise.all(sent)).toMatchObject([1, 2, 3, 4].map((seq) => ({ value: { seq } })));
    socket.disconnect();
  });

  it('get frames of several MB as they were published', async () => {
    cluster = await TestCluster.start();
    const queue = connect(contract, { url: cluster.url });
    const paths = Array.from({ length: 40 }, (_, n) => `${n}`.repeat(60_000));
    await Promise.all(paths.map((path) => queue.publish('files', 'save', { ...saved, path })));
    const read: string[] = [];
    for await (const { payload } of queue.tail('files', { from: 'start' })) {
      if ('path' in payload) read.push(payload.path);
      if (read.length === paths.length) break;
    }
    expect(read).toEqual(paths);
    await queue.close();
  });

  it.each([
    ['a tail has begun', 'tail', { from: 'start', window: { messages: 10, bytes: 1_000 } }],
    ['they have joined a group', 'subscribe', { group: 'readers', concurrency: 1 }],
  ])('hear that %s before they get its messages, however these arrive', async (_name, verb, options) => {
    cluster = await TestCluster.start({}, { isTunneled: true });
    const { socket, value } = await plainClient(cluster.url);
    await value('publish', 'files', message());
    const order: string[] = [];
    socket.onAny(() => order.push('messages'));
    const stream = cluster.streams.at(-1)?.stream;
    stream?.pause();
    socket.emit(verb, { ...options, subscription: 's', queue: 'files' }, (answer: Result<unknown>) =>
      order.push(answer.ok ? 'answer' : answer.error.message),
    );
    // The answer, and what follows it.
    await until(() => (stream?.readableLength ?? 0) > 300);
    stream?.resume();
    await until(() => order.length > 1);
    expect(order.slice(0, 2)).toEqual(['answer', 'messages']);
    socket.disconnect();
  });

  it('leave their units when they leave', async () => {
    cluster = await TestCluster.start();
    const { socket, value } = await plainClient(cluster.url);
    await value('publish', 'files', message());
    const link = cluster.streams.at(-1)?.stream;
    const closed = new Promise((resolve) => link?.once('close', resolve));
    socket.disconnect();
    await closed;
    expect(link?.destroyed).toBe(true);
  });
});

it('a member whose link broke keeps its leases: it may go on with what it holds', async () => {
  cluster = await TestCluster.start({ engine: { graceMs: 0 } });
  const [gone, other] = [await plainClient(cluster.url), await plainClient(cluster.url)];
  const granted: string[] = [];
  const membership = { subscription: 's', queue: 'files', group: 'g', concurrency: 1 };
  const first = received(gone.socket, 'grant', 1);
  await gone.value('subscribe', membership);
  await gone.value('publish', 'files', message());
  await first;
  other.socket.on('grant', () => granted.push('other'));
  await other.value('subscribe', membership);
  cluster.streams[0]?.stream.destroy(new Error('silent'));
  // Whatever the unit does by itself, it has done.
  for (let times = 0; times < 10; times++) await other.value('groups', 'files');
  expect(granted).toEqual([]);
  for (const { socket } of [gone, other]) socket.disconnect();
});

it('a member that disconnects without leaving its group loses its leases after the grace period', async () => {
  cluster = await TestCluster.start({ engine: { graceMs: 0 } });
  const [gone, other] = [await plainClient(cluster.url), await plainClient(cluster.url)];
  const membership = { subscription: 's', queue: 'files', group: 'g', concurrency: 1 };
  const first = received(gone.socket, 'grant', 1);
  await gone.value('subscribe', membership);
  await gone.value('publish', 'files', message());
  await first;
  const granted = received(other.socket, 'grant', 1);
  await other.value('subscribe', membership);
  gone.socket.disconnect();
  expect(await granted).toHaveLength(1);
  other.socket.disconnect();
});

describe('a request that no unit can have', () => {
  it('has the answer of a server', async () => {
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
    expect(await refusal('unsubscribe', 'nobody')).toMatchObject({ code: 'subscription_unknown' });
    expect(await refusal('subscribe', 7)).toMatchObject({ code: 'request_invalid' });
    socket.disconnect();
  });

  it('is refused for now when nobody owns its queue', async () => {
    cluster = await TestCluster.start();
    await cluster.endUnit('files');
    const { socket, refusal, value } = await plainClient(cluster.url);
    expect(await refusal('publish', 'files', message())).toMatchObject({
      code: 'storage_unavailable',
      retryable: true,
    });
    await cluster.startUnit('files');
    expect(await value('publish', 'files', message())).toMatchObject({ seq: 1 });
    socket.disconnect();
  });
});

it('names of subscriptions are of one client, whatever queues they are of', async () => {
  cluster = await TestCluster.start();
  const { socket, value, refusal } = await plainClient(cluster.url);
  const tail = { subscription: 's', from: 'start' };
  await value('tail', { ...tail, queue: 'files' });
  expect(await refusal('tail', { ...tail, queue: 'database' })).toMatchObject({
    code: 'subscription_exists',
  });
  await value('unsubscribe', 's');
  await value('tail', { ...tail, queue: 'database' });
  socket.disconnect();
});

it('answers about all queues are those of all units', async () => {
  cluster = await TestCluster.start();
  const { socket, value } = await plainClient(cluster.url);
  await value('publish', 'files', message());
  expect(await value('queues')).toMatchObject([
    { queue: 'files', lastSeq: 1 },
    { queue: 'database', lastSeq: 0 },
  ]);
  expect(await value('overview', { order: 'messages', limit: 1 })).toMatchObject({
    server: { connections: 1 },
    totals: { queues: 2 },
    queues: [{ queue: 'files', messages: 1 }],
    next: 'files',
  });
  expect(await value('schedules', null)).toEqual([]);
  expect(await value('schedules:delete', 'x')).toEqual({ deleted: false });
  expect(await value('history')).toMatchObject({ stepMs: 10_000 });
  socket.disconnect();
});

describe('a unit that is started again', () => {
  it('makes no publisher fail', async () => {
    cluster = await TestCluster.start();
    const queue = connect(contract, { url: cluster.url });
    await queue.publish('files', 'save', saved);
    await cluster.endUnit('files');
    const publishing = queue.publish('files', 'save', saved);
    await cluster.startUnit('files');
    expect((await publishing).seq).toBeGreaterThan(0);
    await queue.close();
  });

  it('disconnects the clients that used it', async () => {
    cluster = await TestCluster.start();
    const { socket, value } = await plainClient(cluster.url);
    await value('publish', 'files', message());
    const reason = received(socket, 'disconnect', 1);
    await cluster.endUnit('files');
    expect(await reason).toEqual(['transport close']);
  });
});

it('a client whose link is lost resumes its lease: the handler goes on, and is not called again', async () => {
  cluster = await TestCluster.start();
  const queue = connect(contract, { url: cluster.url });
  const attempts: number[] = [];
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const handled = new Promise<void>((resolve) => {
    queue.subscribe('files', { group: 'g' }, async (_, { attempt }) => {
      attempts.push(attempt);
      resolve();
      await finished;
    });
  });
  await queue.publish('files', 'save', saved);
  await handled;
  const again = new Promise((resolve) => queue.on('connected', resolve));
  for (const { stream } of cluster.streams) stream.destroy();
  await again;
  finish();
  const { socket, value } = await plainClient(cluster.url);
  const depth = async (): Promise<unknown> => {
    const [group] = (await value('groups', 'files')) as readonly { readonly depth: number }[];
    return group?.depth;
  };
  while ((await depth()) !== 0);
  expect(attempts).toEqual([1]);
  socket.disconnect();
  await queue.close();
});

it('a unit that reads nothing stops its clients from sending, and the memory of the front is bounded', async () => {
  cluster = await TestCluster.start();
  cluster.freeze('files');
  const { socket } = await plainClient(cluster.url);
  const path = 'x'.repeat(500_000);
  for (let n = 0; n < 80; n++) socket.emit('publish', 'files', message({ ...saved, path }), () => undefined);
  const other = await plainClient(cluster.url);
  for (let answers = 0; answers < 100; answers++) await other.value('seq-at', 'database', 'now');
  const text = await (await fetch(`${cluster.url}/metrics`)).text();
  const [, used] = /^typed_queue_memory_used_bytes (\d+)$/m.exec(text) ?? [];
  expect(Number(used)).toBeGreaterThan(1_000_000);
  expect(Number(used)).toBeLessThan(4_000_000);
  other.socket.disconnect();
  socket.disconnect();
});

describe('keys', () => {
  const key = 'c7e1f0a94b2d8835e6a1d90f37b4c256';

  it('that are wrong are refused by the front', async () => {
    cluster = await TestCluster.start({ keys: [key] });
    await expect(plainClient(cluster.url, { token: 'wrong-key-of-enough-characters' })).rejects.toMatchObject(
      {
        data: { code: 'unauthorized' },
      },
    );
    expect(cluster.streams.filter(({ stream }) => !stream.destroyed)).toEqual([]);
  });

  it('that are right are shown to the units', async () => {
    cluster = await TestCluster.start({ keys: [key] });
    const { socket, value } = await plainClient(cluster.url, { token: key });
    expect(await value('publish', 'files', message())).toMatchObject({ seq: 1 });
    expect(await value('authenticate', { token: key })).toBeNull();
    socket.disconnect();
  });
});

it('readiness is that of all queues', async () => {
  cluster = await TestCluster.start();
  await plainClient(cluster.url).then(async ({ socket, value }) => {
    await value('queues');
    socket.disconnect();
  });
  expect((await fetch(`${cluster.url}/readyz`)).status).toBe(200);
  await cluster.endUnit('files');
  const { socket, refusal } = await plainClient(cluster.url);
  await refusal('publish', 'files', message());
  expect(await (await fetch(`${cluster.url}/readyz`)).json()).toMatchObject({
    problems: [{ check: 'queue' }],
  });
  socket.disconnect();
});

it('metrics have each series once', async () => {
  cluster = await TestCluster.start();
  const text = await (await fetch(`${cluster.url}/metrics`)).text();
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const names = series.map((line) => line.slice(0, line.lastIndexOf(' ')));
  expect(names).toHaveLength(new Set(names).size);
  expect(names).toContain('typed_queue_connections');
  expect(text).toMatch(/messaging_destination_name="files"/);
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SharedServer, save, type Grant } from './shared-server.fixture.js';
import type { Transcript } from './transcript.fixture.js';

/** One that ends in each test. */
let server: SharedServer;
let client: Transcript;
let queue: string;

beforeEach(async () => {
  server = new SharedServer({ drainMs: 60_000 });
  await server.start();
  [client, queue] = [await server.connect(), server.queue()];
});
afterEach(async () => {
  server.disconnect();
  await server.stop();
});

const subscription = () => ({ subscription: 's', queue, group: 'g' });

describe('a server that shuts down', () => {
  it('notifies all clients, refuses publishes with a retryable code, and stops delivery', async () => {
    await server.fill(client, queue, 2);
    await client.value('subscribe', { ...subscription(), window: { messages: 1 } });
    const { token } = await client.next<Grant>('grant');
    const [reader, stopped] = [await server.connect(), server.stop()];
    await Promise.all([client.next('draining'), reader.next('draining')]);
    expect(await client.ask('publish', queue, save(3))).toMatchObject({
      error: { code: 'draining', retryable: true },
    });
    await client.value('settle', 's', [{ token, outcome: { kind: 'ack' } }]);
    await stopped;
    expect(client.order.filter((event) => event === 'grant')).toHaveLength(1);
  });

  it('waits for the outcomes of leased messages, and answers them before it ends the connections', async () => {
    await server.fill(client, queue, 3);
    await client.value('subscribe', subscription());
    const { token } = await client.next<Grant>('grant');
    const disconnected = new Promise((resolve) => client.socket.once('disconnect', resolve));
    const stopped = server.stop();
    await client.next('draining');
    const outcomes = [
      { token, outcome: { kind: 'release' }, ranges: [[3, 3]] },
      { token, outcome: { kind: 'ack' }, ranges: [[1, 1]] },
      { token, outcome: { kind: 'ack' }, ranges: [[2, 2]] },
    ];
    const answers = await Promise.all(outcomes.map((outcome) => client.ask('settle', 's', [outcome])));
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true]);
    await Promise.all([stopped, disconnected]);
  });

  it('ends at once when nothing is leased', async () => {
    const disconnected = new Promise((resolve) => client.socket.once('disconnect', resolve));
    await server.stop();
    await disconnected;
    expect(client.order).toEqual(['draining']);
  });
});

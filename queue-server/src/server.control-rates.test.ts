import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { frame, LimitedServer, OTHER, save } from './limited-server.fixture.js';
import { plainClient } from './plain-client.fixture.js';
import { startTestServer } from './testing.js';

const publication = { event: 'save', payload: save };

let trial: LimitedServer;

beforeEach(() => {
  trial = new LimitedServer();
});
afterEach(() => trial.close());

describe('a server with rate limits', () => {
  it('ends a subscription of a client that is over its rate of control requests', async () => {
    const one = await trial.client();
    await one.value('tail', { subscription: 't', queue: 'files', from: 'start' });
    for (let n = 0; n < 5_000; n++) one.socket.emit('unsubscribe', 's');
    await one.value('unsubscribe', 't');
    expect(await one.refusal('unsubscribe', 't')).toMatchObject({ code: 'subscription_unknown' });
  });

  it('cuts off every connection of a principal that sends far too many control requests, and says so', async () => {
    const [one, same, other] = [await trial.client(), await trial.client(), await trial.client(OTHER)];
    const gone = [one, same].map(
      ({ socket }) => new Promise((resolve) => socket.once('disconnect', resolve)),
    );
    for (const { socket } of [one, same]) for (let n = 0; n < 10_010; n++) socket.emit('unsubscribe', 's');
    await Promise.all(gone);
    expect(trial.warnings()).toContain(
      'a client keeps sending before its retryAfterMs is over, and was cut off',
    );
    await other.value('publish', 'files', publication);
    await expect(trial.client()).rejects.toMatchObject({
      data: { code: 'rate_limited', details: { limit: 'handshakes' } },
    });
  });

  it('counts a position that says nothing new as a control request', async () => {
    const one = await trial.client();
    await one.value('tail', { subscription: 't', queue: 'files', from: 'start' });
    const gone = new Promise((resolve) => one.socket.once('disconnect', resolve));
    for (let n = 0; n < 10_010; n++) one.socket.emit('position', n % 2 === 0 ? 't' : 'unknown', 1);
    await gone;
  });

  it.each([
    ['queues', []],
    ['publish', ['files']],
    ['tail', []],
  ])('counts the bytes of an attachment of %s', async (event, args) => {
    const one = await trial.client();
    expect(await one.ask(event, ...args, Buffer.alloc(200_000))).toBeDefined();
    expect(await one.refusal('queues')).toMatchObject({ code: 'rate_limited', details: { limit: 'bytes' } });
  });

  it.each(['pause', 'unsubscribe', 'position'])('counts the bytes of an attachment of %s', async (event) => {
    const one = await trial.client();
    expect(await one.refusal(event, Buffer.alloc(200_000))).toMatchObject({ code: 'request_invalid' });
    expect(await one.refusal('queues')).toMatchObject({ code: 'rate_limited', details: { limit: 'bytes' } });
  });

  it('remembers nothing of refused frames of a queue that the client does not know', async () => {
    const one = await trial.client();
    await one.value('publish:frame', 'files', frame({ count: 10, firstNumber: 1 }));
    expect(await one.refusal('publish:frame', 'nothing', frame({ count: 1, firstNumber: 1 }))).toMatchObject({
      code: 'rate_limited',
    });
    trial.now += 1_000;
    expect(await one.refusal('publish:frame', 'nothing', frame({ count: 1, firstNumber: 2 }))).toMatchObject({
      code: 'queue_unknown',
    });
  });

  it('takes 200 connections of a principal at once, and tells the next how long to wait', async () => {
    for (let n = 0; n < 200; n++) (await trial.client()).socket.disconnect();
    await expect(trial.client()).rejects.toMatchObject({
      data: { code: 'rate_limited', details: { limit: 'handshakes', retryAfterMs: 10 } },
    });
    await trial.client(OTHER);
    trial.now += 10;
    await trial.client();
  });
});

describe('a tail of a client that reports every message', () => {
  it('is slowed down to its rate of positions, and neither stalls nor is cut off', async () => {
    const slow = await startTestServer({
      storage: 'memory',
      now: () => trial.now,
      messagesPerSecond: 100_000,
      // The clock goes on by what the server waits for; longer waits are of deadlines.
      after: (ms, run) => {
        if (ms > 2_000) return () => undefined;
        trial.now += ms;
        const immediate = setImmediate(run);
        return () => clearImmediate(immediate);
      },
    });
    const one = await plainClient(slow.url);
    const count = 7_000;
    for (let n = 0; n < 7; n++)
      await one.value('publish:frame', 'files', frame({ count: 1_000, firstNumber: 1 + n * 1_000 }));
    let seen = 0;
    const read = new Promise<void>((resolve, reject) => {
      one.socket.once('disconnect', reject);
      one.socket.on('replay', ({ messages }: { readonly messages: readonly { readonly seq: number }[] }) => {
        for (const { seq } of messages) one.socket.emit('position', 't', seq + 1);
        if ((seen += messages.length) === count) resolve();
      });
    });
    await one.value('tail', { subscription: 't', queue: 'files', from: 'start', window: { messages: 50 } });
    await read;
    // 5,000 at once; the others wait, but for the last window.
    expect(trial.now).toBeGreaterThanOrEqual(1_900);
    one.socket.disconnect();
    await slow.close();
  });
});

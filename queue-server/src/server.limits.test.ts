import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { frame, LimitedServer, ONE, OTHER, save } from './limited-server.fixture.js';
import { plainClient, type PlainClient } from './plain-client.fixture.js';
import { startTestServer } from './testing.js';

const publication = { event: 'save', payload: save };

let trial: LimitedServer;

beforeEach(() => {
  trial = new LimitedServer();
});
afterEach(() => trial.close());

const lastSeq = async (asking: PlainClient): Promise<unknown> => {
  // A second brings enough for the question.
  trial.now += 1_000;
  const queues = (await asking.value('queues')) as readonly { queue: string; lastSeq: number }[];
  return queues.find(({ queue }) => queue === 'files')?.lastSeq;
};
const limited = (retryAfterMs: number): object => ({
  code: 'rate_limited',
  retryable: true,
  details: { limit: 'messages', perSecond: 10, retryAfterMs },
});

describe('a server with rate limits', () => {
  it.each<[string, (n: number) => [string, ...unknown[]]]>([
    ['frame', (n) => ['publish:frame', 'files', frame({ count: n })]],
    ['array', (n) => ['publish', 'files', Array.from({ length: n }, () => publication)]],
  ])('refuses a %s over the limit whole, and takes it when it comes again in time', async (_, of) => {
    const one = await trial.client();
    await one.value('publish', 'files', publication);
    const [event, ...args] = of(10);
    expect(await one.refusal(event, ...args)).toMatchObject(limited(100));
    trial.now += 99;
    expect(await one.refusal(event, ...args)).toMatchObject(limited(1));
    trial.now += 1;
    await one.value(event, ...args);
    expect(await lastSeq(one)).toBe(11);
  });

  it('takes a frame of more than a second brings, and is paid back before it takes more', async () => {
    const one = await trial.client();
    await one.value('publish:frame', 'files', frame({ count: 35 }));
    expect(await one.refusal('publish', 'files', publication)).toMatchObject(limited(2_600));
  });

  it('counts bytes in both forms', async () => {
    const byBytes = await startTestServer({
      storage: 'memory',
      now: () => trial.now,
      bytesPerSecond: 100_000,
    });
    const small = await plainClient(byBytes.url);
    const payload = { ...save, path: 'x'.repeat(1_900) };
    const many = Array.from({ length: 60 }, () => ({ event: 'save', payload }));
    const bytes = { code: 'rate_limited', details: { limit: 'bytes' } };
    await small.value('publish', 'files', many);
    expect(await small.refusal('publish', 'files', publication)).toMatchObject(bytes);
    trial.now += 10_000;
    await small.value('publish:frame', 'files', frame({ count: 60, payload }));
    expect(await small.refusal('publish', 'files', publication)).toMatchObject(bytes);
    small.socket.disconnect();
    await byBytes.close();
  });

  it('limits all connections of a principal together, and no other principal', async () => {
    const [one, same, other] = [await trial.client(), await trial.client(), await trial.client(OTHER)];
    await one.value('publish:frame', 'files', frame({ count: 10 }));
    expect(await same.refusal('publish', 'files', publication)).toMatchObject({ code: 'rate_limited' });
    await other.value('publish:frame', 'files', frame({ count: 10 }));
  });

  it('keeps the order of a producer: what passes the limit waits for what did not', async () => {
    const one = await trial.client();
    await one.value('publish', 'files', publication);
    const [large, small] = [frame({ count: 10 }), frame({ count: 1, firstNumber: 11 })];
    expect(await one.refusal('publish:frame', 'files', large)).toMatchObject({ code: 'rate_limited' });
    expect(await one.refusal('publish:frame', 'files', small)).toMatchObject({ code: 'overloaded' });
    trial.now += 1_000;
    expect(await one.value('publish:frame', 'files', large)).toMatchObject({ firstSeq: 2 });
    trial.now += 1_000;
    expect(await one.value('publish:frame', 'files', small)).toMatchObject({ firstSeq: 12 });
  });

  it('goes on with a producer whose refused frame has nothing in it that may be stored', async () => {
    const one = await trial.client();
    const wrong = frame({ count: 10, payload: {} });
    await one.value('publish', 'files', publication);
    expect(await one.refusal('publish:frame', 'files', wrong)).toMatchObject({ code: 'rate_limited' });
    trial.now += 1_000;
    expect(await one.value('publish:frame', 'files', wrong)).toMatchObject({ firstSeq: 0 });
    trial.now += 1_000;
    expect(await one.value('publish:frame', 'files', frame({ count: 1, firstNumber: 11 }))).toMatchObject({
      firstSeq: 2,
    });
  });

  it.each([
    ['queues', []],
    ['subscribe', [{ subscription: 's', queue: 'files', group: 'g' }]],
    ['tail', [{ subscription: 't', queue: 'files', from: 'now' }]],
    ['no-such-request', []],
  ])('counts the request %j as one message', async (event, args) => {
    const one = await trial.client();
    await one.value('publish:frame', 'files', frame({ count: 10 }));
    expect(await one.refusal(event, ...args)).toMatchObject(limited(100));
    trial.now += 100;
    await one.ask(event, ...args);
    expect(await one.refusal('publish', 'files', publication)).toMatchObject(limited(100));
  });

  it.each<[string, unknown[], string]>([
    ['publish', ['nothing', publication], 'queue_unknown'],
    ['publish', ['files', { event: 'nothing', payload: {} }], 'event_unknown'],
    ['publish:frame', ['nothing', frame({ count: 1 })], 'queue_unknown'],
    ['publish:frame', [{}, frame({ count: 1 })], 'queue_unknown'],
  ])('counts a %s that is refused', async (event, args, code) => {
    const one = await trial.client();
    for (let n = 0; n < 10; n++) expect(await one.refusal(event, ...args)).toMatchObject({ code });
    expect(await one.refusal(event, ...args)).toMatchObject(limited(100));
  });

  it.each(['publish', 'publish:frame'])('counts the bytes of a %s that is refused', async (event) => {
    const one = await trial.client();
    const wrong = { event: 'save', payload: { path: 'x'.repeat(100_000) } };
    expect(await one.refusal(event, 'files', wrong)).toMatchObject({ retryable: false });
    expect(await one.refusal('queues')).toMatchObject({
      code: 'rate_limited',
      details: { limit: 'bytes' },
    });
  });

  it('takes 30 tokens of a connection, and one more every 2 s', async () => {
    const one = await trial.client();
    for (let n = 0; n < 30; n++) await one.value('authenticate', { token: n % 2 === 0 ? OTHER : ONE });
    const refusal = { code: 'rate_limited', details: { limit: 'authentications', retryAfterMs: 2_000 } };
    expect(await one.refusal('authenticate', { token: ONE })).toMatchObject(refusal);
    trial.now += 2_000;
    await one.value('authenticate', { token: ONE });
  });

  it('lets a client read on and leave, however much it has sent', async () => {
    const one = await trial.client();
    await one.value('tail', { subscription: 't', queue: 'files', from: 'start' });
    await one.value('publish:frame', 'files', frame({ count: 9 }));
    await one.value('position', 't', 2);
    await one.value('unsubscribe', 't');
  });

  it('cuts a client off that goes on sending, and says so once', async () => {
    const one = await trial.client();
    const gone = new Promise((resolve) => one.socket.once('disconnect', resolve));
    for (let n = 0; n < 1_400; n++) one.socket.emit('publish', 'files', publication);
    await gone;
    await trial.close();
    const said = trial.warnings();
    expect(said).toContain('a client keeps sending before its retryAfterMs is over, and was cut off');
    expect(said.filter((msg) => msg.startsWith('audit: publish'))).toEqual([
      'audit: publish: rate_limited',
      expect.stringMatching(/^audit: publish: rate_limited, \d+ more$/),
    ]);
  });

  it('limits a client that comes back as before', async () => {
    const one = await trial.client();
    await one.value('publish:frame', 'files', frame({ count: 30 }));
    one.socket.disconnect();
    const again = await trial.client();
    expect(await again.refusal('publish', 'files', publication)).toMatchObject(limited(2_100));
  });
});

describe('a server with limits', () => {
  it('has a limit of subscriptions per connection', async () => {
    const one = await trial.client();
    for (const n of [1, 2, 3]) {
      await one.value('tail', { subscription: `t${n}`, queue: 'files', from: 'now' });
    }
    const fourth = { subscription: 't4', queue: 'files', from: 'now' };
    expect(await one.refusal('tail', fourth)).toMatchObject({
      code: 'subscription_limit',
      retryable: false,
      details: { limit: 3 },
    });
    await one.value('unsubscribe', 't1');
    await one.value('tail', fourth);
  });

  it('has a limit of groups that a connection makes, and of none that it joins', async () => {
    const [one, other] = [await trial.client(), await trial.client(OTHER)];
    const join = { subscription: 's', queue: 'files' };
    await other.value('subscribe', { ...join, group: 'there' });
    for (const group of ['a', 'b', 'there']) {
      await one.value('subscribe', { ...join, group });
      await one.value('unsubscribe', 's');
    }
    expect(await one.refusal('subscribe', { ...join, group: 'c' })).toMatchObject({
      code: 'group_limit',
      details: { limit: 2, scope: 'connection' },
    });
  });

  it('looks at no key from an address that showed too many wrong ones', async () => {
    for (const code of ['unauthorized', 'unauthorized', 'rate_limited']) {
      await expect(trial.client('a-key-that-is-guessed')).rejects.toMatchObject({ data: { code } });
    }
    await expect(trial.client()).rejects.toMatchObject({
      data: { code: 'rate_limited', retryable: true, details: { retryAfterMs: 30_000 } },
    });
    trial.now += 30_000;
    await trial.client();
  });

  it('lets neither wrong keys of a connection nor of its address keep another connection from a new token', async () => {
    const [one, other] = [await trial.client(), await trial.client(OTHER)];
    for (let n = 0; n < 10; n++) {
      expect(await one.refusal('authenticate', { token: 'a-key-that-is-guessed' })).toMatchObject({
        code: 'unauthorized',
      });
    }
    (await trial.client()).socket.disconnect();
    for (let n = 0; n < 3; n++) await expect(trial.client('a-key-that-is-guessed')).rejects.toThrow();
    await other.value('authenticate', { token: OTHER });
  });

  it.each([
    ['payload', { event: 'save', payload: { ...save, path: 'x'.repeat(2_000) } }, 2_000],
    ['headers', { ...publication, headers: { trace: 'x'.repeat(100) } }, 100],
  ])('takes no message whose %s is larger than it allows', async (_, message, limit) => {
    const one = await trial.client();
    expect(await one.refusal('publish', 'files', message)).toMatchObject({
      code: 'message_too_large',
      details: { limit },
    });
  });
});

describe('a server without keys', () => {
  it('limits each address by itself', async () => {
    const open = await startTestServer({
      storage: 'memory',
      trustedProxies: 1,
      now: () => 0,
      messagesPerSecond: 10,
    });
    const from = (address: string): Promise<PlainClient> =>
      plainClient(open.url, {}, { extraHeaders: { 'x-forwarded-for': address } });
    const [one, same, other] = [await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.2')];
    await one.value('publish:frame', 'files', frame({ count: 10 }));
    expect(await same.refusal('publish', 'files', publication)).toMatchObject({ code: 'rate_limited' });
    await other.value('publish', 'files', publication);
    for (const { socket } of [one, same, other]) socket.disconnect();
    await open.close();
  });
});

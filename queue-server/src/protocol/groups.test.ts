import { describe, expect, it } from '@jest/globals';
import { attemptsOf, save, seqsOf, sharedServer, type Grant } from './shared-server.fixture.js';

const server = sharedServer();
const group = (queue: string, more: object = {}) => ({ subscription: 's', queue, group: 'g', ...more });
const settings = async (queue: string): Promise<unknown> => {
  const [info] = await (await server.connect()).value<{ settings: unknown }[]>('groups', queue);
  return info?.settings;
};

describe('a group that does not exist yet', () => {
  it.each<[string, (now: number) => object, seqs: number[]]>([
    ['with the oldest message when no start is given', () => ({}), [1, 2, 3, 4]],
    ['with the oldest message by "start"', () => ({ start: 'start' }), [1, 2, 3, 4]],
    ['with the next one by "now"', () => ({ start: 'now' }), [4]],
    ['with a seq', () => ({ start: { seq: 2 } }), [2, 3, 4]],
    ['with the next one by a seq that has not come yet', () => ({ start: { seq: 99 } }), [4]],
    ['with the first message from a time on', (now) => ({ start: { time: now + 1_000 } }), [2, 3, 4]],
    ['with the first message after a time without one', (now) => ({ start: { time: now + 1 } }), [2, 3, 4]],
    ['with the next one by a time that has not come yet', (now) => ({ start: { time: now + 99_000 } }), [4]],
  ])('begins %s', async (_, startAt, seqs) => {
    const [client, queue] = [await server.connect(), server.queue()];
    const { now } = server.time;
    for (let n = 1; n <= 3; n++) {
      await client.value('publish', queue, save(n));
      server.time.pass(1_000);
    }
    await client.value('subscribe', group(queue, startAt(now)));
    await client.value('publish', queue, save(4));
    const got: number[] = [];
    while (got.length < seqs.length) got.push(...seqsOf(await client.next<Grant>('grant')));
    expect(got).toEqual(seqs);
  });
});

describe('a group', () => {
  it('keeps its position, whatever start its next member gives, and what is published while it has no members', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await client.value('subscribe', group(queue));
    await client.value('unsubscribe', 's');
    await server.fill(client, queue, 2);
    await client.value('subscribe', group(queue, { start: 'now' }));
    expect(seqsOf(await client.next<Grant>('grant'))).toEqual([1, 2]);
  });

  it('keeps its settings when none are given, and has only the last ones', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    const seen: unknown[] = [];
    for (const more of [
      { settings: { maxAttempts: 3, expireAfterMs: 60_000 } },
      {},
      { settings: { maxAttempts: 2 } },
      { settings: {} },
    ]) {
      await client.value('subscribe', group(queue, more));
      seen.push(await settings(queue));
      await client.value('unsubscribe', 's');
    }
    const [first, ...rest] = seen;
    expect(first).toEqual({ maxAttempts: 3, expireAfterMs: 60_000 });
    expect(rest).toEqual([first, { maxAttempts: 2 }, {}]);
  });

  it('refuses other settings while it has other members, with a retryable code', async () => {
    const [client, other, queue] = [await server.connect(), await server.connect(), server.queue()];
    await client.value('subscribe', group(queue));
    const differing = group(queue, { settings: { maxAttempts: 2 } });
    expect(await other.ask('subscribe', differing)).toMatchObject({
      error: { code: 'group_conflict', retryable: true },
    });
    await client.value('unsubscribe', 's');
    expect(await other.code('subscribe', differing)).toBe('ok');
  });

  it('gets only the events of its settings, and settles all others', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await client.value('publish', queue, [save(1), save(2, { event: 'error' }), save(3)]);
    await client.value('subscribe', group(queue, { settings: { events: ['error'] } }));
    const { token, messages } = await client.next<Grant>('grant');
    expect(messages).toMatchObject([{ seq: 2, event: 'error' }]);
    await client.value('settle', 's', [{ token, outcome: { kind: 'ack' } }]);
    expect(await client.value('groups', queue)).toMatchObject([{ floor: 4, depth: 0 }]);
  });

  it('that was deleted and created again has another life, and resets members that know the former', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await server.fill(client, queue, 3);
    const { life } = await client.value<{ life: string }>('subscribe', group(queue, { start: { seq: 3 } }));
    await client.value('unsubscribe', 's');
    const known = { life, floor: 3 };
    const same = await client.value('subscribe', group(queue, { known }));
    expect(same).not.toHaveProperty('reset');
    expect(same).toMatchObject({ life });
    await client.value('unsubscribe', 's');
    await client.value('group:delete', queue, 'g');
    const again = await client.value<{ life: string; epoch: string }>('subscribe', group(queue, { known }));
    expect(again.life).not.toBe(life);
    expect(again).toMatchObject({ reset: { reason: 'reset', from: 3, epoch: again.epoch } });
  });
});

describe('a subscription', () => {
  it('shares the names of its connection with all others', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await client.value('subscribe', group(queue));
    expect(await client.code('subscribe', group(queue, { group: 'other' }))).toBe('subscription_exists');
    expect(await client.code('tail', { subscription: 's', queue, from: 'now' })).toBe('subscription_exists');
    expect(await (await server.connect()).code('subscribe', group(queue))).toBe('ok');
  });

  it.each([
    ['pause', []],
    ['settle', [[]]],
    ['position', [1]],
    ['unsubscribe', []],
  ])('that is not there is refused: %s', async (event, rest) => {
    expect(await (await server.connect()).code(event, 'none', ...rest)).toBe('subscription_unknown');
  });
});

describe('a grant', () => {
  it('has at most 1,024 messages, in the order of their seqs, under a token of its own', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await server.fill(client, queue, 2_500);
    await client.value('subscribe', group(queue, { window: { messages: 10_000 } }));
    const grants: Grant[] = [];
    for (let count = 0; count < 2_500; count += grants.at(-1)?.messages.length ?? 0) {
      grants.push(await client.next<Grant>('grant'));
    }
    expect(Math.max(...grants.map(({ messages }) => messages.length))).toBeLessThanOrEqual(1_024);
    expect(grants.flatMap(seqsOf)).toEqual(Array.from({ length: 2_500 }, (_, place) => place + 1));
    expect(new Set(grants.map(({ token }) => token)).size).toBe(grants.length);
  });

  it('has about 1 MiB, but always a message', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    const large = (bytes: number) => save(1, { payload: { n: 1, text: 'x'.repeat(bytes) } });
    await client.value('publish', queue, [large(600_000), large(600_000), large(1_040_000)]);
    await client.value('subscribe', group(queue));
    const grants = [];
    for (let n = 0; n < 3; n++) grants.push(seqsOf(await client.next<Grant>('grant')));
    expect(grants).toEqual([[1], [2], [3]]);
  });

  it('fills the window, and the next comes when a quarter of it is free, or all', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await server.fill(client, queue, 11);
    await client.value('subscribe', group(queue, { window: { messages: 8 } }));
    const { token, ...grant } = await client.next<Grant>('grant');
    expect(seqsOf(grant)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const ack = (from: number, to: number) =>
      client.value('settle', 's', [{ token, outcome: { kind: 'ack' }, ranges: [[from, to]] }]);
    await ack(1, 1);
    expect(await client.settled('grant')).toBe(0);
    await ack(2, 2);
    expect(seqsOf(await client.next<Grant>('grant'))).toEqual([9, 10]);
  });

  it('begins with as many messages as the concurrency of the member', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await server.fill(client, queue, 10);
    await client.value('subscribe', group(queue, { concurrency: 2 }));
    expect(attemptsOf(await client.next<Grant>('grant'))).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  it('of a member that left goes to another one', async () => {
    const [client, other, queue] = [await server.connect(), await server.connect(), server.queue()];
    await client.value('subscribe', group(queue));
    await client.value('pause', 's');
    await server.fill(client, queue, 1);
    expect(await client.settled('grant')).toBe(0);
    await other.value('subscribe', group(queue));
    expect(seqsOf(await other.next<Grant>('grant'))).toEqual([1]);
  });
});

describe('the events that members know', () => {
  it('are all that they get, and others wait for a member that knows them', async () => {
    const [one, two, queue] = [await server.connect(), await server.connect(), server.queue()];
    await one.value('subscribe', group(queue, { knows: ['save'] }));
    await two.value('subscribe', group(queue, { knows: ['error'] }));
    await one.value('publish', queue, [save(1), save(2, { event: 'error' }), save(3)]);
    const [saves, errors] = [await one.next<Grant>('grant'), await two.next<Grant>('grant')];
    expect(seqsOf(saves)).toEqual([1, 3]);
    expect(seqsOf(errors)).toEqual([2]);
  });

  it('decide what is passed over, which is counted, announced once, and brought back by a seek', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await client.value('subscribe', group(queue, { knows: ['error'] }));
    await client.value('publish', queue, [save(1), save(2)]);
    await client.value('publish', queue, save(3));
    const notice = { queue, group: 'g', event: 'save', firstSeq: 1 };
    expect(await client.next('passed-over')).toEqual(notice);
    expect(await client.settled('passed-over')).toBe(0);
    const [info] = await client.value<unknown[]>('groups', queue);
    expect(info).toMatchObject({ passedOver: [{ event: 'save', firstSeq: 1, count: 3 }], depth: 0 });
    await client.value('unsubscribe', 's');
    await client.value('group:seek', queue, 'g', { seq: 1 });
    await client.value('subscribe', group(queue));
    expect(seqsOf(await client.next<Grant>('grant'))).toEqual([1, 2, 3]);
  });
});

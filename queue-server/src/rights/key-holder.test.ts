import { describe, expect, it } from '@jest/globals';
import { newId } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';
import { received, type PlainClient } from '../plain-client.fixture.js';
import { keyHolders, keyOf } from './key-holders.fixture.js';

const holders = keyHolders();

const save = { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 };
const publication = { event: 'save', payload: save };
const failure = { event: 'error', payload: { path: '/', operation: 'read', code: 'E', message: 'no' } };
const ALL = { publish: ['*'], consume: ['*'], tail: true, admin: true };

const operator = { name: 'operator', queues: { '*': ALL } };
const shop = { name: 'shop', queues: { files: { publish: ['save'] } } };
const [ann, bob] = ['a', 'b'].map((group) => ({ name: group, queues: { files: { consume: [group] } } }));

const start = async (): Promise<PlainClient> => {
  await holders.rewrite(operator, shop, ...[ann ?? shop, bob ?? shop]);
  return holders.client(keyOf('operator'));
};

describe('a key for one event of a queue', () => {
  it('publishes that event, and no other', async () => {
    await start();
    const client = await holders.client(keyOf('shop'));
    expect(await client.value('publish', 'files', publication)).toMatchObject({ seq: 1 });
    expect(await client.refusal('publish', 'files', failure)).toMatchObject({
      code: 'forbidden',
      retryable: false,
      details: { verb: 'publish', queue: 'files', event: 'error' },
    });
    expect(await client.value('publish', 'files', [failure, publication])).toMatchObject([
      { ok: false, error: { code: 'forbidden' } },
      { ok: true, value: { seq: 2 } },
    ]);
  });

  it('publishes of a frame what it may', async () => {
    await start();
    const client = await holders.client(keyOf('shop'));
    const drafts = [failure, publication].map(({ event, payload }) => {
      return { id: newId(), event, payload: JSON.stringify(payload) };
    });
    expect(await client.value('publish:frame', 'files', encodeFrame(drafts).bytes)).toMatchObject({
      firstSeq: 1,
      refused: [{ index: 0, error: { code: 'forbidden' } }],
    });
  });

  it('does not read the queue, join a group, purge, or learn of other queues', async () => {
    const other = await start();
    await other.value('subscribe', { subscription: 's', queue: 'files', group: 'a' });
    const client = await holders.client(keyOf('shop'));
    const refusals = await Promise.all([
      client.refusal('tail', { subscription: 't', queue: 'files', from: 'start' }),
      client.refusal('subscribe', { subscription: 's', queue: 'files', group: 'a' }),
      client.refusal('queue:purge', 'files', null),
      client.refusal('groups', 'files'),
      client.refusal('publish', 'database', publication),
      client.refusal('groups', 'database'),
    ]);
    expect(refusals.map(({ code }) => code)).toEqual([
      ...['forbidden', 'forbidden', 'forbidden', 'forbidden', 'queue_unknown', 'queue_unknown'],
    ]);
    expect(refusals.at(-1)?.details).toEqual({ queues: ['files'] });
    expect(await client.value('queues')).toMatchObject([{ queue: 'files', groups: 0, tails: 0 }]);
  });
});

describe('a key for one group', () => {
  it('sees, settles and takes over nothing of another', async () => {
    const publisher = await start();
    const b = await holders.client(keyOf('b'), { secret: 'b'.repeat(32) });
    const granted = received(b.socket, 'grant', 1);
    await b.value('subscribe', { subscription: 's', queue: 'files', group: 'b' });
    await publisher.value('publish', 'files', publication);
    const [grant] = (await granted) as [{ token: number }];

    // Even with what identifies the other client.
    const a = await holders.client(keyOf('a'), { secret: 'b'.repeat(32) });
    const joining = { subscription: 's', queue: 'files', group: 'b', tokens: [grant.token] };
    expect(await a.refusal('subscribe', joining)).toMatchObject({
      code: 'forbidden',
      details: { verb: 'consume', queue: 'files', group: 'b' },
    });
    const nothing = received(a.socket, 'grant', 1);
    await a.value('subscribe', { subscription: 's', queue: 'files', group: 'a' });
    await nothing;
    const settling = [{ token: grant.token, outcome: { kind: 'ack' } }];
    expect(await a.refusal('settle', 's', settling)).toMatchObject({ code: 'lease_lost' });
    expect(await a.value('groups', 'files')).toMatchObject([{ group: 'a' }]);
    expect(await a.value('queues')).toMatchObject([{ queue: 'files', groups: 1 }]);
    expect(await a.refusal('dead-letters', 'files', {})).toMatchObject({ code: 'forbidden' });
    // What it holds is still its own.
    expect(await b.value('settle', 's', settling)).toBeNull();
  });
});

describe('the log of a server', () => {
  it('names principals and what they were refused, and no token', async () => {
    await start();
    const client = await holders.client(keyOf('shop'));
    await client.refusal('queue:purge', 'files', null);
    await client.refusal('tail', { subscription: 't', queue: 'files', from: 'start' });
    await client.refusal('authenticate', { token: 'key-of-somebody-else' });
    await expect(holders.client('key-of-nobody-at-all')).rejects.toMatchObject({
      data: { code: 'unauthorized' },
    });
    const lines = holders.log
      .trim()
      .split('\n')
      // Safe: pino writes objects.
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const audited = lines.filter(({ msg }) => String(msg).startsWith('audit: '));
    expect(audited.map(({ principal, msg }) => [principal, msg])).toEqual([
      ['key:shop', 'audit: queue:purge files: forbidden'],
      ['key:shop', 'audit: tail files: forbidden'],
      ['key:shop', 'audit: authenticate: unauthorized'],
      [undefined, 'audit: connect: unauthorized'],
    ]);
    expect(lines).toContainEqual(expect.objectContaining({ principal: 'key:shop', msg: 'client connected' }));
    expect(holders.log).not.toContain('key-of-');
  });
});

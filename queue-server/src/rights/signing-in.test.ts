import { describe, expect, it } from '@jest/globals';
import { received, type PlainClient } from '../plain-client.fixture.js';
import { keyHolders, keyOf } from './key-holders.fixture.js';

const holders = keyHolders();

const save = { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 };
const publication = { event: 'save', payload: save };
const READ = { consume: ['*'], tail: true };
const MINUTE = 60_000;
const GRACE_MS = 10_000;

const operator = { name: 'operator', queues: { '*': { ...READ, publish: ['*'], admin: true } } };
const reader = { name: 'reader', queues: { files: READ } };

/** Everything that a client is sent. */
const heardBy = ({ socket }: PlainClient): string[] => {
  const heard: string[] = [];
  socket.onAny((event: string) => heard.push(event));
  return heard;
};

const disconnected = ({ socket }: PlainClient): Promise<string> =>
  new Promise((resolve) => socket.once('disconnect', resolve));

/** A client whose token is valid for a minute, in a group and with a live tail. */
const subscribed = async (): Promise<PlainClient> => {
  const client = await holders.client(holders.jsonWebToken('ann', { files: READ }, MINUTE));
  const live = received(client.socket, 'live', 1);
  await client.value('tail', { subscription: 't', queue: 'files', from: 'start' });
  await client.value('subscribe', { subscription: 's', queue: 'files', group: 'g' });
  await live;
  return client;
};

/** Lets the token of a minute expire. */
const expire = async (client: PlainClient): Promise<unknown[]> => {
  const expired = received(client.socket, 'auth:expired', 1);
  holders.time.pass(2 * MINUTE);
  return expired;
};

describe('a token that expires while its client is connected', () => {
  it('is reported to the client, and every request is refused until another is shown', async () => {
    const client = await subscribed();
    const error = { code: 'auth_expired', retryable: true };
    expect(await expire(client)).toMatchObject([error]);
    expect(await client.refusal('queues')).toMatchObject(error);
    expect(await client.refusal('settle', 's', [])).toMatchObject(error);
    await client.value('authenticate', { token: holders.jsonWebToken('ann', { files: READ }, MINUTE) });
    expect(await client.value('queues')).toHaveLength(1);
    expect(await client.value('settle', 's', [])).toBeNull();
  });

  it('brings nothing more, and everything once another is shown', async () => {
    await holders.rewrite(operator);
    const publisher = await holders.client(keyOf('operator'));
    const client = await subscribed();
    await expire(client);
    const heard = heardBy(client);
    for (let n = 0; n < 3; n++) await publisher.value('publish', 'files', publication);
    await publisher.value('group:pause', 'files', 'g');
    await publisher.value('group:resume', 'files', 'g');
    await client.refusal('queues');
    expect(heard).toEqual([]);
    const [replayed, granted] = [received(client.socket, 'replay', 1), received(client.socket, 'grant', 1)];
    await client.value('authenticate', { token: holders.jsonWebToken('ann', { files: READ }, MINUTE) });
    const seqs = [{ seq: 1 }, { seq: 2 }, { seq: 3 }];
    expect(await replayed).toMatchObject([{ subscription: 't', messages: seqs }]);
    expect(await granted).toMatchObject([{ subscription: 's', messages: seqs }]);
    const live = received(client.socket, 'deliver', 1);
    await client.value('position', 't', 4);
    await publisher.value('publish', 'files', publication);
    expect(await live).toEqual(['files']);
  });

  it('may be replaced before it expires, and then ends later', async () => {
    const client = await subscribed();
    await client.value('authenticate', { token: holders.jsonWebToken('ann', { files: READ }, 10 * MINUTE) });
    holders.time.pass(2 * MINUTE);
    expect(await client.value('queues')).toHaveLength(1);
  });

  it('is as good as before when a wrong one is shown', async () => {
    const client = await subscribed();
    expect(await client.refusal('authenticate', { token: 'wrong' })).toMatchObject({ code: 'unauthorized' });
    expect(await client.refusal('authenticate', {})).toMatchObject({ code: 'request_invalid' });
    expect(await client.value('queues')).toHaveLength(1);
  });

  it('ends the connection after 10 s', async () => {
    const client = await subscribed();
    await expire(client);
    const ended = disconnected(client);
    holders.time.pass(GRACE_MS - 1);
    expect(await client.refusal('queues')).toMatchObject({ code: 'auth_expired' });
    holders.time.pass(1);
    expect(await ended).toBe('io server disconnect');
  });

  it.each([1, 2])('ends the connection of protocol version %d at once', async (protocolVersion) => {
    const token = holders.jsonWebToken('ann', { files: READ }, MINUTE);
    const client = await holders.client(token, { protocolVersion });
    const heard = heardBy(client);
    const ended = disconnected(client);
    holders.time.pass(2 * MINUTE);
    expect(await ended).toBe('io server disconnect');
    expect(heard).toEqual([]);
  });

  it('refuses the next handshake for the time being', async () => {
    const token = holders.jsonWebToken('ann', { files: READ }, MINUTE);
    holders.time.pass(2 * MINUTE);
    await expect(holders.client(token)).rejects.toMatchObject({
      data: { code: 'auth_expired', retryable: true },
    });
  });
});

describe('groups that are made by a key with a pattern', () => {
  const make = (client: PlainClient, group: string) =>
    client.ask('subscribe', { subscription: group, queue: 'files', group });

  it('leave room for others, also when its client connects again', async () => {
    await holders.rewrite(operator, reader, { ...reader, name: 'other' });
    const first = await holders.client(keyOf('reader'));
    for (let n = 0; n < 6; n++) await make(first, `g${n}`);
    first.socket.disconnect();
    const again = await holders.client(keyOf('reader'));
    for (let n = 6; n < 10; n++) expect(await make(again, `g${n}`)).toMatchObject({ ok: true });
    expect(await make(again, 'g10')).toMatchObject({
      error: { code: 'group_limit', details: { limit: 10, scope: 'principal' } },
    });
    expect(await make(await holders.client(keyOf('other')), 'mine')).toMatchObject({ ok: true });
    expect(await make(await holders.client(keyOf('operator')), 'g11')).toMatchObject({ ok: true });
  });
});

describe('the audit', () => {
  it('names the principal that asked, though another token is shown before the answer', async () => {
    await holders.rewrite(operator, reader);
    const client = await holders.client(keyOf('operator'));
    const purged = client.value('queue:purge', 'files', null);
    await client.value('authenticate', { token: keyOf('reader') });
    await purged;
    const line = holders.log.split('\n').find((each) => each.includes('audit: queue:purge'));
    expect(line).toContain('"principal":"key:operator"');
  });
});

describe('a token with fewer rights than the one before', () => {
  it('ends what it has no right to, and the connection', async () => {
    await holders.rewrite(operator);
    const client = await subscribed();
    const ended = disconnected(client);
    const fewer = { files: { consume: ['g'] } };
    const heard = heardBy(client);
    const token = holders.jsonWebToken('ann', fewer, MINUTE);
    client.socket.emit('authenticate', { token });
    await ended;
    expect(heard).toEqual([]);
    expect(
      await (
        await holders.client(token)
      ).refusal('tail', {
        subscription: 't',
        queue: 'files',
        from: 'start',
      }),
    ).toMatchObject({ code: 'forbidden' });
  });
});

describe('a keys file that is read again', () => {
  it('withdraws a key: its connection is notified, refused, and ended', async () => {
    await holders.rewrite(operator, reader);
    const [kept, client] = [await holders.client(keyOf('operator')), await holders.client(keyOf('reader'))];
    const expired = received(client.socket, 'auth:expired', 1);
    await holders.rewrite(operator);
    expect(await expired).toMatchObject([{ code: 'unauthorized' }]);
    expect(await client.refusal('queues')).toMatchObject({ code: 'unauthorized' });
    const ended = disconnected(client);
    holders.time.pass(GRACE_MS);
    await ended;
    expect(await kept.value('queues')).toHaveLength(2);
  });

  it('withdraws a key whose client keeps showing it, and keeps nobody else out of its address', async () => {
    await holders.rewrite(operator, reader);
    await holders.rewrite(operator);
    for (let n = 0; n < 15; n++) {
      await expect(holders.client(keyOf('reader'))).rejects.toMatchObject({
        data: { code: 'unauthorized', details: { reason: 'withdrawn' } },
      });
    }
    await holders.client(keyOf('operator'));
  });

  it('replaces a key without a gap when its client shows the new one', async () => {
    await holders.rewrite(operator, reader);
    const client = await holders.client(keyOf('reader'));
    await client.value('subscribe', { subscription: 's', queue: 'files', group: 'g' });
    await holders.rewrite(operator, { ...reader, name: 'reader-2' });
    await client.value('authenticate', { token: keyOf('reader-2') });
    expect(await client.value('groups', 'files')).toMatchObject([{ members: [{ subscription: 's' }] }]);
  });

  it('gives a key more rights at once', async () => {
    await holders.rewrite(operator, reader);
    const client = await holders.client(keyOf('reader'));
    expect(await client.refusal('queue:purge', 'files', null)).toMatchObject({ code: 'forbidden' });
    await holders.rewrite(operator, { ...reader, queues: { files: { ...READ, admin: true } } });
    expect(await client.value('queue:purge', 'files', null)).toMatchObject({ firstSeq: 1 });
  });

  it('takes rights away: what was subscribed by them ends', async () => {
    await holders.rewrite(operator, reader);
    const [watching, client] = [
      await holders.client(keyOf('operator')),
      await holders.client(keyOf('reader')),
    ];
    await client.value('subscribe', { subscription: 's', queue: 'files', group: 'g' });
    const ended = disconnected(client);
    await holders.rewrite(operator, { ...reader, queues: { files: { tail: true } } });
    await ended;
    expect(await watching.value('groups', 'files')).toMatchObject([{ group: 'g', members: [] }]);
  });

  it('leaves connections alone whose keys it did not change', async () => {
    await holders.rewrite(operator, reader);
    const client = await holders.client(keyOf('reader'));
    const heard = heardBy(client);
    await holders.rewrite(reader);
    expect(await client.value('queues')).toHaveLength(1);
    expect(heard).toEqual([]);
  });

  it('changes nothing when it is wrong, and the log says why', async () => {
    await holders.rewrite(operator, reader);
    const client = await holders.client(keyOf('reader'));
    await holders.rewrite(operator, operator);
    expect(await client.value('queues')).toHaveLength(1);
    expect(holders.log).toMatch(/the former keys stay.*entry 2|entry 2.*the former keys stay/);
  });

  it('is one line in the log, with names only', async () => {
    await holders.rewrite(operator, reader);
    await holders.rewrite(operator, { ...reader, queues: {} });
    expect(holders.log).toContain('"added":[],"removed":[],"changed":["reader"]');
    expect(holders.log).not.toContain('key-of-');
  });
});

import { describe, expect, it } from '@jest/globals';
import { seqsOf, sharedServer, type Grant } from './shared-server.fixture.js';

const server = sharedServer();

describe('an operator', () => {
  it('purges only whole segments of the log, when a seq is given', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await server.fill(client, queue, 3);
    const { firstSeq } = await client.value<{ firstSeq: number }>('queue:purge', queue, 3);
    expect(firstSeq).toBeLessThanOrEqual(3);
    expect(await client.value('queue:purge', queue, null)).toEqual({ firstSeq: 4 });
  });

  it('moves a group to another position: earlier messages are not delivered, later ones are', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await server.fill(client, queue, 3);
    const group = { subscription: 's', queue, group: 'g' };
    await client.value('subscribe', { ...group, start: { seq: 3 } });
    await client.value('group:seek', queue, 'g', { seq: 2 });
    const seqs = new Set<number>();
    while (!seqs.has(2)) {
      const { messages } = await client.next<Grant>('grant');
      for (const { seq } of messages) seqs.add(seq);
    }
    expect([...seqs].sort()).toEqual([2, 3]);
  });

  it('reads groups sorted by name, page by page', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    for (const group of ['c', 'a', 'b']) {
      await client.value('subscribe', { subscription: group, queue, group });
    }
    expect(await client.value('groups', queue)).toMatchObject([
      { group: 'a' },
      { group: 'b' },
      { group: 'c' },
    ]);
    expect(await client.value('groups', queue, { after: 'a', limit: 1 })).toMatchObject([{ group: 'b' }]);
  });

  it('may omit the query, or send null for it', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await client.value('subscribe', { subscription: 's', queue, group: 'a' });
    for (const absent of [[], [null], [{}]]) {
      expect(await client.value('groups', queue, ...absent)).toMatchObject([{ group: 'a' }]);
      expect(await client.value('dead-letters', queue, ...absent)).toMatchObject({ letters: [] });
    }
  });

  it.each(['dead-letters:redrive', 'dead-letters:discard'])(
    'never leaves out what to %s, and sends no null for a field',
    async (request) => {
      const [client, queue] = [await server.connect(), server.queue()];
      expect(await client.code(request, queue)).toBe('request_invalid');
      expect(await client.code(request, queue, null)).toBe('request_invalid');
      expect(await client.code('groups', queue, { after: null })).toBe('request_invalid');
    },
  );

  it('pauses a group, whose members get nothing new until it is resumed', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await client.value('subscribe', { subscription: 's', queue, group: 'g' });
    await client.value('group:pause', queue, 'g');
    await server.fill(client, queue, 2);
    expect(await client.settled('grant')).toBe(0);
    expect(await client.value('groups', queue)).toMatchObject([{ paused: true, depth: 2, lag: 2 }]);
    await client.value('group:resume', queue, 'g');
    expect(seqsOf(await client.next<Grant>('grant'))).toEqual([1, 2]);
  });

  it('deletes no group that has members', async () => {
    const [client, queue] = [await server.connect(), server.queue()];
    await client.value('subscribe', { subscription: 's', queue, group: 'g' });
    expect(await client.code('group:delete', queue, 'g')).toBe('group_in_use');
    await client.value('unsubscribe', 's');
    expect(await client.code('group:delete', queue, 'g')).toBe('ok');
    expect(await client.value('groups', queue)).toEqual([]);
  });

  it('sees the position of a group, the age of its oldest message, and who is away', async () => {
    const [client, member, queue] = [
      await server.connect(),
      await server.connect({ name: 'm' }),
      server.queue(),
    ];
    await server.fill(client, queue, 3);
    server.time.pass(1_500);
    const window = { messages: 2 };
    await member.value('subscribe', { subscription: 's', queue, group: 'g', window });
    await member.next('grant');
    const info = {
      floor: 1,
      depth: 3,
      lag: 1,
      oldestAgeMs: expect.any(Number),
      paused: false,
      stalled: false,
    };
    const here = { client: 'm', subscription: 's', unsettled: 2 };
    expect(await client.value('groups', queue)).toMatchObject([
      { ...info, members: [{ ...here, away: false }] },
    ]);
    member.socket.disconnect();
    for (;;) {
      const [group] = await client.value<{ members: { away: boolean }[] }[]>('groups', queue);
      if (group?.members.some(({ away }) => away) !== true) continue;
      expect(group.members).toMatchObject([{ ...here, away: true, silentMs: null }]);
      break;
    }
  });
});

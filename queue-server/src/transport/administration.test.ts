import { describe, expect, it } from '@jest/globals';
import { plainClient, received } from '../plain-client.fixture.js';
import { served } from '../served.fixture.js';

const publication = { event: 'save', payload: { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 } };
const subscribe = { subscription: 's', queue: 'files', group: 'g' };

const now = served();

/** A group with a member that holds `count` messages; returns their token. */
const holding = async (count: number): Promise<number> => {
  for (let n = 0; n < count; n++) await now.client.value('publish', 'files', publication);
  const granted = received(now.client.socket, 'grant', 1);
  await now.client.value('subscribe', subscribe);
  const [{ token }] = (await granted) as [{ token: number }];
  return token;
};

describe('an operator', () => {
  it('sees queues and their groups', async () => {
    expect(await now.client.value('groups', 'files')).toEqual([]);
    await holding(3);
    expect(await now.client.value('queues')).toMatchObject([
      { queue: 'files', epoch: expect.any(String), firstSeq: 1, lastSeq: 3, groups: 1, tails: 0 },
      { queue: 'database', firstSeq: 1, lastSeq: 0, groups: 0, tails: 0 },
    ]);
    expect(await now.client.value('groups', 'files')).toMatchObject([
      {
        queue: 'files',
        group: 'g',
        floor: 1,
        depth: 3,
        lag: 0,
        oldestAgeMs: expect.any(Number),
        paused: false,
        stalled: false,
        deadLetters: 0,
        settings: {},
        members: [
          {
            client: expect.stringMatching(/^client-[0-9a-f]{8}$/),
            subscription: 's',
            unsettled: 3,
            away: false,
          },
        ],
      },
    ]);
  });

  it('moves a group: its members get a revoke, and then the messages from its new position', async () => {
    const token = await holding(3);
    await now.client.value('settle', 's', [{ token, outcome: { kind: 'ack' } }]);
    const granted = received(now.client.socket, 'grant', 1);
    await now.client.value('group:seek', 'files', 'g', { seq: 2 });
    const [grant] = (await granted) as [{ token: number; messages: unknown[] }];
    expect(grant.messages).toMatchObject([{ seq: 2 }, { seq: 3 }]);
    const revoked = received(now.client.socket, 'revoke', 1);
    await now.client.value('group:seek', 'files', 'g', 'now');
    expect(await revoked).toMatchObject([{ subscription: 's', token: grant.token }]);
  });

  it('pauses a group and lets it go on', async () => {
    const token = await holding(1);
    await now.client.value('settle', 's', [{ token, outcome: { kind: 'ack' } }]);
    await now.client.value('group:pause', 'files', 'g');
    await now.client.value('publish', 'files', publication);
    expect(await now.client.value('groups', 'files')).toMatchObject([{ paused: true, depth: 1, lag: 1 }]);
    const granted = received(now.client.socket, 'grant', 1);
    await now.client.value('group:resume', 'files', 'g');
    expect(await granted).toMatchObject([{ messages: [{ seq: 2 }] }]);
  });

  it('deletes a group when nobody is in it', async () => {
    await holding(1);
    const other = await plainClient(now.server.url);
    expect(await other.refusal('group:delete', 'files', 'g')).toMatchObject({ code: 'group_in_use' });
    await now.client.value('unsubscribe', 's');
    await other.value('group:delete', 'files', 'g');
    expect(await other.value('groups', 'files')).toEqual([]);
    other.socket.disconnect();
  });

  it('removes messages: who had not read them gets a gap', async () => {
    for (let n = 0; n < 4; n++) await now.client.value('publish', 'files', publication);
    await now.client.value('queue:purge', 'files', null);
    const replayed = received(now.client.socket, 'replay', 1);
    await now.client.value('tail', { subscription: 't', queue: 'files', from: { seq: 2 } });
    expect(await replayed).toMatchObject([
      { from: 2, to: 4, gaps: [{ from: 2, to: 4, reason: 'retention' }], messages: [] },
    ]);
    expect(await now.client.value('publish', 'files', publication)).toMatchObject({ seq: 5 });
  });

  it('reads the dead letters of a queue', async () => {
    const token = await holding(2);
    const outcome = { kind: 'dead-letter', reason: 'it is broken' };
    await now.client.value('settle', 's', [{ token, outcome, ranges: [[1, 1]] }]);
    const page = await now.client.value('dead-letters', 'files', { group: 'g' });
    expect(page).toMatchObject({
      letters: [
        {
          group: 'g',
          code: 'rejected',
          reason: 'it is broken',
          message: { seq: 1, ...publication },
          handouts: 1,
        },
      ],
      next: null,
    });
    expect(await now.client.value('dead-letters', 'files', { group: 'other' })).toMatchObject({
      letters: [],
    });
  });

  it('redrives and discards dead letters, over the plain form', async () => {
    const token = await holding(3);
    await now.client.value('settle', 's', [{ token, outcome: { kind: 'dead-letter', reason: 'broken' } }]);
    const counted = await now.client.value('dead-letters:redrive', 'files', { dryRun: true });
    expect(counted).toEqual({ redriven: 3, refused: [], next: null, through: 3 });
    const granted = received(now.client.socket, 'grant', 1);
    const redriven = await now.client.value('dead-letters:redrive', 'files', { positions: [2] });
    expect(redriven).toMatchObject({ redriven: 1, next: null });
    const [grant] = (await granted) as [{ token: number; messages: unknown[] }];
    expect(grant.messages).toMatchObject([{ seq: 2, attempt: 1, ...publication }]);
    await now.client.value('settle', 's', [{ token: grant.token, outcome: { kind: 'ack' } }]);
    const page = await now.client.value('dead-letters', 'files', {});
    expect(page).toMatchObject({ letters: [{ seq: 1 }, { seq: 3 }], gaps: [] });
    const discarded = await now.client.value('dead-letters:discard', 'files', { group: 'g', limit: 1 });
    expect(discarded).toMatchObject({ discarded: 1, next: 2 });
    expect(await now.client.value('queues')).toMatchObject([{ deadLetters: { letters: 1 } }, {}]);
  });

  it('lists groups page by page', async () => {
    for (const group of ['c', 'a', 'b']) {
      await now.client.value('subscribe', { subscription: group, queue: 'files', group });
    }
    const page = await now.client.value('groups', 'files', { after: 'a', limit: 1 });
    expect(page).toMatchObject([{ group: 'b' }]);
  });

  it.each<{ code: string; request: string; args: unknown[] }>([
    { code: 'queue_unknown', request: 'dead-letters:redrive', args: ['none', {}] },
    { code: 'request_invalid', request: 'dead-letters:redrive', args: ['files', { positions: [] }] },
    { code: 'request_invalid', request: 'dead-letters:redrive', args: ['files', { code: 'Unlucky' }] },
    { code: 'request_invalid', request: 'dead-letters:discard', args: ['files', undefined] },
    { code: 'request_invalid', request: 'dead-letters:discard', args: ['files', { more: 1 }] },
    { code: 'request_invalid', request: 'dead-letters:discard', args: ['files', { event: 'save' }] },
    { code: 'request_invalid', request: 'groups', args: ['files', { limit: 0 }] },
    { code: 'queue_unknown', request: 'groups', args: ['none'] },
    { code: 'queue_unknown', request: 'queue:purge', args: ['__proto__', null] },
    { code: 'queue_unknown', request: 'dead-letters', args: [undefined, {}] },
    { code: 'group_unknown', request: 'group:seek', args: ['files', 'none', 'start'] },
    { code: 'group_unknown', request: 'group:pause', args: ['files', 'none'] },
    { code: 'group_unknown', request: 'group:resume', args: ['files', 'none'] },
    { code: 'group_unknown', request: 'group:delete', args: ['files', 'none'] },
    { code: 'request_invalid', request: 'group:seek', args: ['files', 'g', { epoch: 'x' }] },
    { code: 'request_invalid', request: 'group:pause', args: ['files', 'a/b'] },
    { code: 'request_invalid', request: 'group:delete', args: ['files'] },
    { code: 'request_invalid', request: 'queue:purge', args: ['files'] },
    { code: 'request_invalid', request: 'queue:purge', args: ['files', 0] },
    { code: 'request_invalid', request: 'dead-letters', args: ['files', { limit: 1_001 }] },
    { code: 'request_invalid', request: 'dead-letters', args: ['files', 'all'] },
  ])('is refused with $code for $request of $args', async ({ code, request, args }) => {
    expect(await now.client.refusal(request, ...args)).toMatchObject({ code, retryable: false });
  });
});

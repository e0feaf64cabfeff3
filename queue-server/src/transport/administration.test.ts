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

  it.each([
    ['queue_unknown', 'dead-letters:redrive', 'none', {}],
    ['request_invalid', 'dead-letters:redrive', 'files', { positions: [] }],
    ['request_invalid', 'dead-letters:redrive', 'files', { code: 'unlucky' }],
    ['request_invalid', 'dead-letters:discard', 'files', undefined],
    ['request_invalid', 'dead-letters:discard', 'files', { more: 1 }],
    ['request_invalid', 'dead-letters:discard', 'files', { event: 'save' }],
    ['request_invalid', 'groups', 'files', { limit: 0 }],
    ['queue_unknown', 'groups', 'none'],
    ['queue_unknown', 'queue:purge', '__proto__', null],
    ['queue_unknown', 'dead-letters', undefined, {}],
    ['group_unknown', 'group:seek', 'files', 'none', 'start'],
    ['group_unknown', 'group:pause', 'files', 'none'],
    ['group_unknown', 'group:resume', 'files', 'none'],
    ['group_unknown', 'group:delete', 'files', 'none'],
    ['request_invalid', 'group:seek', 'files', 'g', { epoch: 'x' }],
    ['request_invalid', 'group:pause', 'files', 'a/b'],
    ['request_invalid', 'group:delete', 'files'],
    ['request_invalid', 'queue:purge', 'files'],
    ['request_invalid', 'queue:purge', 'files', 0],
    ['request_invalid', 'dead-letters', 'files', { limit: 1_001 }],
    ['request_invalid', 'dead-letters', 'files', 'all'],
  ])('is refused with %s for %s of %j, %j %j', async (code, event, ...args) => {
    expect(await now.client.refusal(event, ...args)).toMatchObject({ code, retryable: false });
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { consumer, here, NAMES, Orchard, type StoredGroup } from './orchard.fixture.js';

const holder = {
  away: false,
  name: 'key/ann/s1',
  unsettled: 600,
  window: { messages: 1_000, bytes: 1 },
  oldestHeldMs: 90_000,
  silentMs: 100,
};

let orchard: Orchard;
beforeEach(() => {
  orchard = new Orchard();
});

describe('what needs attention', () => {
  const backlog = { floor: 1, cursor: 1, members: [here] };

  it.each<[string, StoredGroup, object]>([
    ['a stalled group', { ...backlog, stalled: true }, { kind: 'stalled', depth: 500 }],
    [
      'a group without members',
      { ...backlog, members: [{ away: true }] },
      { kind: 'no-members', depth: 500 },
    ],
    ['a paused group', { ...backlog, paused: true, members: [] }, { kind: 'paused', depth: 500 }],
  ])('is %s', async (_what, group, finding) => {
    orchard.set('apples', { lastSeq: 500, groups: { g: group } });
    expect(await orchard.attention()).toEqual([{ queue: 'apples', group: 'g', ...finding }]);
  });

  it('is a group whose depth grew over minutes', async () => {
    orchard.set('apples', { lastSeq: 500, groups: { g: backlog } });
    orchard.growth = { before: 300, overMs: 180_000 };
    expect(await orchard.attention()).toEqual([
      { kind: 'falling-behind', queue: 'apples', group: 'g', depth: 500, before: 300, overMs: 180_000 },
    ]);
  });

  it.each([
    ['by little', { before: 401, overMs: 180_000 }],
    ['by a small part', { before: 460, overMs: 180_000 }],
    ['in a moment', { before: 0, overMs: 90_000 }],
  ])('is no group whose depth grew %s', async (_how, little) => {
    orchard.set('apples', { lastSeq: 500, groups: { g: backlog } });
    orchard.growth = little;
    expect(await orchard.attention()).toEqual([]);
  });

  it('is a member that holds much and settles nothing', async () => {
    orchard.set('apples', { lastSeq: 600, groups: { g: { ...backlog, members: [holder] } } });
    expect(await orchard.attention()).toEqual([
      {
        kind: 'hoarding-member',
        queue: 'apples',
        group: 'g',
        client: 'ann',
        subscription: 's1',
        held: 600,
        heldMs: 90_000,
      },
    ]);
  });

  it('is a member that is not heard', async () => {
    orchard.set('apples', {
      lastSeq: 600,
      groups: { g: { ...backlog, members: [{ ...holder, silentMs: 31_000 }] } },
    });
    expect(await orchard.attention()).toMatchObject([{ kind: 'silent-member', silentMs: 31_000 }]);
  });

  it.each([
    ['holds little', { unsettled: 499 }],
    ['holds it for a short time', { oldestHeldMs: 59_000 }],
    ['is away', { away: true }],
  ])('is no member that %s', async (_what, other) => {
    const members = [{ ...holder, ...other }, here];
    orchard.set('apples', { lastSeq: 600, groups: { g: { ...backlog, members } } });
    expect(await orchard.attention()).toEqual([]);
  });

  it('is what died in the last hour', async () => {
    orchard.recent = [{ kind: 'dead-letters', queue: 'apples', group: 'g', code: 'rejected', letters: 3 }];
    expect(await orchard.attention()).toEqual(orchard.recent);
  });

  it('is a queue with clients whose contract clashes, for who administers it', async () => {
    orchard.clashes = 2;
    expect([await orchard.attention(), await orchard.attention(consumer)]).toEqual([
      NAMES.map((queue) => ({ kind: 'contract-clash', queue, clients: 2 })),
      [],
    ]);
  });

  it('is a storage that fails, before everything else, and for everybody', async () => {
    orchard.fault = new QueueError('storage_full', 'The disk is full.');
    orchard.set('apples', { lastSeq: 500, groups: { g: { ...backlog, stalled: true } } });
    expect([(await orchard.attention()).map(({ kind }) => kind), await orchard.attention(consumer)]).toEqual([
      ['storage-fault', 'stalled'],
      [{ kind: 'storage-fault', code: 'storage_full' }],
    ]);
  });

  it('is shown worst first, at most 20', async () => {
    const groups = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`g${index}`, { ...backlog, cursor: 1 + index, members: [] }]),
    );
    orchard.set('apples', { lastSeq: 500, groups: { ...groups, late: { ...backlog, stalled: true } } });
    const found = await orchard.attention();
    expect([found.length, ...found.slice(0, 3)]).toMatchObject([
      20,
      { kind: 'stalled' },
      { group: 'g0', depth: 500 },
      { group: 'g1', depth: 499 },
    ]);
  });

  it('is only what the principal may see', async () => {
    const groups = { own: { ...backlog, members: [] }, secret: { ...backlog, members: [] } };
    orchard.set('apples', { lastSeq: 500, groups });
    orchard.set('bananas', { lastSeq: 500, groups });
    expect(await orchard.attention(consumer)).toMatchObject([{ queue: 'apples', group: 'own' }]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Overview } from '@typed-queue/contracts';
import { received } from '../plain-client.fixture.js';
import { served } from '../served.fixture.js';

const payload = { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 };
const publication = { event: 'save', payload };

const now = served();

/** A message that a group gave up. */
const dead = async (): Promise<void> => {
  const granted = received(now.client.socket, 'grant', 1);
  await now.client.value('publish', 'files', publication);
  await now.client.value('subscribe', { subscription: 's', queue: 'files', group: 'g' });
  // Safe: what a grant is made of.
  const [{ token }] = (await granted) as [{ token: number }];
  const outcome = { kind: 'dead-letter', reason: 'no address' };
  await now.client.value('settle', 's', [{ token, outcome }]);
};

// Safe: what the request answers.
const overview = async (query = {}) => (await now.client.value('overview', query)) as Overview;

describe('an overview', () => {
  it('has queues, members, and what died', async () => {
    await dead();
    const { queues, totals, attention } = await overview();
    expect(queues.map(({ queue }) => queue)).toEqual(['database', 'files']);
    expect(totals).toMatchObject({ queues: 2, groups: 1, members: 1, deadLetters: 1 });
    expect(attention).toEqual([
      { kind: 'dead-letters', queue: 'files', group: 'g', code: 'rejected', letters: 1 },
    ]);
  });

  it('has the version of the server', async () => {
    const { server } = await overview({ limit: 1 });
    expect(server).toMatchObject({ version: expect.stringMatching(/^\d+\.\d+\.\d+/), connections: 1 });
  });
});

describe('a member', () => {
  it('is shown with its window and when it was last heard', async () => {
    await dead();
    expect(await now.client.value('groups', 'files')).toMatchObject([
      {
        members: [
          {
            window: { messages: 1_000, bytes: 4 * 1024 * 1024 },
            oldestHeldMs: null,
            silentMs: expect.any(Number),
          },
        ],
      },
    ]);
  });
});

describe('a request to look', () => {
  it.each([
    ['overview', [{ limits: 3 }], 'limits'],
    ['overview', [{ limit: 101 }], 'limit'],
    ['overview', [{ order: 'age' }], 'order'],
    ['history', [{ queues: ['files'] }], 'queues'],
    ['message', ['files', 0], 'seq'],
    ['message', ['files', 1, { limit: 101 }], 'limit'],
    ['message', ['files', 1, { groups: [] }], 'groups'],
    ['seq-at', ['files', 'end'], 'position'],
  ])('is refused when it is wrong, with what is: %s %j', async (request, args, what) => {
    expect(await now.client.refusal(request, ...args)).toMatchObject({
      code: 'request_invalid',
      message: expect.stringContaining(what),
    });
  });

  it.each([
    ['history', [{ queue: 'flies' }]],
    ['message', ['flies', 1]],
    ['seq-at', ['flies', 'now']],
    ['dead-letters:summary', ['flies']],
  ])('is refused for an unknown queue: %s', async (request, args) => {
    expect(await now.client.refusal(request, ...args)).toMatchObject({ code: 'queue_unknown' });
  });
});

describe('a dead letter with another payload', () => {
  const edited = { ...payload, path: '/tmp/b' };

  it('is delivered with it', async () => {
    await dead();
    const granted = received(now.client.socket, 'grant', 1);
    const request = { positions: [1], payload: edited };
    expect(await now.client.value('dead-letters:redrive', 'files', request)).toMatchObject({ redriven: 1 });
    expect(await granted).toMatchObject([{ messages: [{ seq: 1, attempt: 1, payload: edited }] }]);
  });

  it('stays as it is when the payload does not match the contract, which the issues say', async () => {
    await dead();
    const request = { positions: [1], payload: { ...payload, bytes: -1 } };
    expect(await now.client.refusal('dead-letters:redrive', 'files', request)).toMatchObject({
      code: 'payload_invalid',
      details: { issues: [{ path: 'bytes' }] },
    });
    expect(await now.client.value('dead-letters', 'files')).toMatchObject({
      letters: [{ position: 1, message: { payload } }],
    });
  });

  it.each([
    [{ payload: {} }, 'positions'],
    [{ payload: {}, positions: [1, 2] }, 'positions'],
    [{ payload: {}, positions: [1], group: 'g' }, 'payload'],
  ])('is one letter by its position: %j', async (request, path) => {
    expect(await now.client.refusal('dead-letters:redrive', 'files', request)).toMatchObject({
      code: 'request_invalid',
      details: { issues: [{ path }] },
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import { frameAt } from '@typed-queue/contracts/wire';
import { plainClient, received } from '../plain-client.fixture.js';
import { served } from '../served.fixture.js';

const save = { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 };
const publication = { event: 'save', payload: save };

const now = served();

describe('a member of a group', () => {
  const subscribe = { subscription: 's', queue: 'files', group: 'g' };

  it('gets what was published before it came, and nothing twice after its ack', async () => {
    for (let n = 0; n < 3; n++) await now.client.value('publish', 'files', publication);
    const granted = received(now.client.socket, 'grant', 1);
    expect(await now.client.value('subscribe', subscribe)).toMatchObject({ floor: 1, tokens: [] });
    const [grant] = (await granted) as [{ token: number; messages: { seq: number }[] }];
    expect(grant).toMatchObject({
      subscription: 's',
      messages: [{ seq: 1, attempt: 1, payload: save }, { seq: 2 }, { seq: 3 }],
    });
    await now.client.value('settle', 's', [{ token: grant.token, outcome: { kind: 'ack' } }]);
    await now.client.value('unsubscribe', 's');
    expect(await now.client.value('subscribe', subscribe)).toMatchObject({ floor: 4 });
  });

  it('shares the messages with other members, and what one releases goes to another', async () => {
    const other = await plainClient(now.server.url);
    const first = received(now.client.socket, 'grant', 1);
    await now.client.value('subscribe', subscribe);
    await now.client.value('publish', 'files', publication);
    const [grant] = (await first) as [{ token: number }];
    const second = received(other.socket, 'grant', 1);
    await other.value('subscribe', subscribe);
    await now.client.value('unsubscribe', 's');
    expect(await second).toMatchObject([{ messages: [{ seq: 1, attempt: 1 }] }]);
    expect(
      await other.refusal('settle', 's', [{ token: grant.token, outcome: { kind: 'ack' } }]),
    ).toMatchObject({
      code: 'lease_lost',
    });
    other.socket.disconnect();
  });

  it('gets nothing more once it paused, and what it holds may still be settled', async () => {
    const other = await plainClient(now.server.url);
    const first = received(now.client.socket, 'grant', 1);
    await now.client.value('subscribe', subscribe);
    await now.client.value('publish', 'files', publication);
    const [grant] = (await first) as [{ token: number }];
    await now.client.value('pause', 's');
    const second = received(other.socket, 'grant', 1);
    await now.client.value('publish', 'files', publication);
    await other.value('subscribe', subscribe);
    expect(await second).toMatchObject([{ messages: [{ seq: 2 }] }]);
    await now.client.value('settle', 's', [{ token: grant.token, outcome: { kind: 'ack' } }]);
    expect(await now.client.refusal('pause', 't')).toMatchObject({ code: 'subscription_unknown' });
    other.socket.disconnect();
  });

  it('gets bytes when it asks for frames', async () => {
    await now.client.value('publish', 'files', publication);
    const granted = new Promise<[unknown, Buffer]>((resolve) =>
      now.client.socket.once('grant:frame', (header: unknown, bytes: Buffer) => resolve([header, bytes])),
    );
    await now.client.value('subscribe', { ...subscribe, form: 'frame' });
    const [header, bytes] = await granted;
    expect(header).toMatchObject({ subscription: 's', attempts: [] });
    expect(frameAt(bytes)).toMatchObject({ kind: 'frame', frame: { firstSeq: 1, count: 1 } });
  });

  const ack = { token: 1, outcome: { kind: 'ack' } };

  it.each<{ request: string; args: unknown[]; code: string; what: string }>([
    { request: 'subscribe', args: [subscribe], code: 'subscription_exists', what: 'a name in use' },
    { request: 'settle', args: ['other', []], code: 'subscription_unknown', what: 'an unknown name' },
    { request: 'unsubscribe', args: ['other'], code: 'subscription_unknown', what: 'an unknown name' },
    {
      request: 'subscribe',
      args: [{ ...subscribe, subscription: 't', queue: 'none' }],
      code: 'queue_unknown',
      what: 'an unknown queue',
    },
    { request: 'settle', args: ['s', [ack]], code: 'lease_lost', what: 'a token that it does not hold' },
    {
      request: 'settle',
      args: ['s', [{ ...ack, outcome: { kind: 'done' } }]],
      code: 'request_invalid',
      what: 'an unknown outcome',
    },
  ])('is refused with $code for $request with $what', async ({ request, args, code }) => {
    await now.client.value('subscribe', subscribe);
    expect(await now.client.refusal(request, ...args)).toMatchObject({ code });
  });

  it('is refused with every wrong field of a request', async () => {
    const request = { ...subscribe, group: 'a/b', start: 'soon' };
    expect(await now.client.refusal('subscribe', request)).toMatchObject({
      code: 'request_invalid',
      details: { issues: [{ path: 'group' }, { path: 'start' }] },
    });
  });
});

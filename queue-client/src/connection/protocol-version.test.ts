import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import {
  PROTOCOL_VERSION,
  requestVersions,
  subscribeVersions,
  type SubscribeRequest,
} from '@typed-queue/contracts/wire';
import { codeOf } from '../code-of.fixture.js';
import { heard, Stage, until } from '../session.fixture.js';
import { olderVersion, supportedArgs, unsupportedRequest } from './protocol-version.js';

const stage = new Stage();
const versionsShown = (): unknown[] => stage.server.handshakes.map(({ protocolVersion }) => protocolVersion);

describe('a client of an older server', () => {
  it('speaks the version of the server, with the same secret', async () => {
    stage.server.protocolVersion = 1;
    const client = stage.open();
    expect(await client.publish('files', 'save', 1)).toMatchObject({ seq: 1 });
    await client.subscribe('files', { group: 'g' }, () => undefined).ready;
    expect(versionsShown()).toEqual([PROTOCOL_VERSION, 1]);
    expect(new Set(stage.server.handshakes.map(({ secret }) => secret)).size).toBe(1);
    expect(stage.errors).toEqual([]);
  });

  it('gets an error for a request that the server does not know', async () => {
    stage.server.protocolVersion = 1;
    const client = stage.open();
    await heard(client, 'connected');
    expect(await codeOf(client.admin.redrive('files'))).toBe('protocol_unsupported');
  });

  it('gets an error for a batch, of which nothing is stored, and goes on publishing', async () => {
    stage.server.protocolVersion = 3;
    const client = stage.open();
    const batch = codeOf(client.publishBatch('files', [{ event: 'save', payload: 1 }]));
    expect(await client.publish('files', 'save', 2)).toMatchObject({ seq: 1 });
    expect(await batch).toBe('protocol_unsupported');
    expect(stage.server.frames).toEqual([[2]]);
  });

  it('gets an error for what expects a seq, of which nothing is stored, and goes on publishing', async () => {
    stage.server.protocolVersion = 5;
    const client = stage.open();
    const expecting = client.publish('files', 'save', 1, { expectedSeq: 0 });
    const next = client.publish('files', 'save', 2);
    await expect(expecting).rejects.toMatchObject({
      code: 'protocol_unsupported',
      details: { server: 5, request: 'publish:expected:frame' },
    });
    expect(await next).toMatchObject({ seq: 1 });
    expect(stage.server.frames).toEqual([[2]]);
  });

  it('speaks its own version again after the server was upgraded', async () => {
    stage.server.protocolVersion = 1;
    const client = stage.open();
    await heard(client, 'connected');
    stage.server.protocolVersion = PROTOCOL_VERSION;
    stage.server.cut();
    await heard(client, 'connected');
    expect(versionsShown()).toEqual([PROTOCOL_VERSION, 1, PROTOCOL_VERSION]);
  });

  it.each([0, PROTOCOL_VERSION + 1])(
    'that speaks only version %d is refused permanently',
    async (version) => {
      stage.server.protocolVersion = version;
      const client = stage.open();
      const published = client.publish('files', 'save', 1);
      expect((await heard(client, 'error')).error.message).toContain(`version ${version}`);
      expect(await codeOf(published)).toBe('protocol_unsupported');
      expect(client.state.kind).toBe('refused');
      expect(versionsShown()).toEqual([PROTOCOL_VERSION]);
    },
  );

  it('does not ask for ever', async () => {
    stage.server.refusal = new QueueError('protocol_unsupported', 'no', { details: { server: 1 } });
    const client = stage.open();
    await heard(client, 'error');
    await until(() => client.state.kind === 'refused');
    expect(versionsShown()).toEqual([PROTOCOL_VERSION, 1]);
  });
});

describe('a client of a newer server', () => {
  it('passes over events and fields that it does not know', async () => {
    const client = stage.open();
    client.subscribe('files', { group: 'g' }, () => undefined);
    await heard(client, 'connected');
    const gap = { queue: 'files', group: 'g', from: 3, to: 5, reason: 'damage', more: 1 } as const;
    // Safe for a test: no build of today has this event.
    stage.server.broadcast('event_of_tomorrow' as 'draining');
    const received = heard(client, 'gap');
    stage.server.gap(gap);
    expect(await received).toMatchObject({ from: 3, to: 5 });
    expect(stage.errors).toEqual([]);
  });

  it('keeps a code that it does not know as text, and tries again when the server says so', async () => {
    // Safe for a test: no build of today has this code.
    const later = (retryable: boolean): QueueError =>
      new QueueError('code_of_tomorrow' as 'internal', 'later', { retryable });
    stage.server.refusal = later(true);
    const client = stage.open();
    expect((await heard(client, 'error')).error).toMatchObject({
      code: 'internal',
      message: 'code_of_tomorrow: later',
      retryable: true,
    });
    stage.server.refusal = later(false);
    const published = client.publish('files', 'save', 1);
    await expect(published).rejects.toMatchObject({ message: 'code_of_tomorrow: later', retryable: false });
  });
});

describe('the version to go on with', () => {
  it.each<[number | undefined, QueueError]>([
    [1, new QueueError('protocol_unsupported', '', { details: { server: 1 } })],
    [undefined, new QueueError('protocol_unsupported', '', { details: { server: 2 } })],
    [undefined, new QueueError('protocol_unsupported', '', { details: { server: '1' } })],
    [undefined, new QueueError('protocol_unsupported', '')],
    [undefined, new QueueError('unauthorized', '', { details: { server: 1 } })],
  ])('is %p', (version, error) => {
    expect(olderVersion(error, 2)).toBe(version);
  });
});

describe('what an older server does not know', () => {
  const versions = { ...requestVersions, 'dead-letters': 2 };

  it('is refused at once when it is a request, with both versions and what to upgrade', () => {
    expect(unsupportedRequest('dead-letters', 1, versions)?.toJSON()).toEqual({
      code: 'protocol_unsupported',
      message: '"dead-letters" needs a server of protocol version 2, and this one speaks 1. ' + `Upgrade it.`,
      details: { server: 1, client: PROTOCOL_VERSION, request: 'dead-letters' },
      retryable: false,
    });
  });

  it.each([
    ['of its own version', 'dead-letters', 2],
    ['of an older version', 'groups', 1],
  ] as const)('does not include a request %s', (_, request, server) => {
    expect(unsupportedRequest(request, server, versions)).toBeUndefined();
  });

  it('is left out when it is a field', () => {
    const request: SubscribeRequest<string> = { subscription: 's', queue: 'q', group: 'g', form: 'frame' };
    const fields = { subscribe: { ...subscribeVersions, form: 2 } };
    const known = { subscription: 's', queue: 'q', group: 'g' };
    expect(supportedArgs('subscribe', [request], 1, fields)).toEqual([known]);
    expect(supportedArgs('subscribe', [request], PROTOCOL_VERSION, fields)).toEqual([request]);
  });
});

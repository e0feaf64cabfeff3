import { afterEach, describe, expect, it } from '@jest/globals';
import { heard, Stage } from '../session.fixture.js';
import { certificate, Front } from './front.fixture.js';

const stage = new Stage();
let front: Front | undefined;
afterEach(() => front?.close());

describe('a server in a folder of a proxy', () => {
  it('is reached by its path', async () => {
    front = await Front.open(stage.url, { folder: '/queue' });
    const client = stage.open({ url: front.url, path: '/queue/socket.io/' });
    expect(await client.publish('files', 'save', 1)).toMatchObject({ seq: 1 });
    expect(front.paths).toEqual(['/queue/socket.io/']);
  });

  it('is not reached without it, and the error says why', async () => {
    front = await Front.open(stage.url, { folder: '/queue' });
    const { cause } = await heard(stage.open({ url: front.url }), 'connection:failed');
    expect(cause.message).toBe('Unexpected server response: 404');
  });
});

describe('a server whose certificate nobody signed', () => {
  it('is reached when the certificate is given', async () => {
    front = await Front.open(stage.url, { tls: true });
    const client = stage.open({ url: front.url, ca: certificate });
    expect(await client.publish('files', 'save', 1)).toMatchObject({ seq: 1 });
    const several = stage.open({ url: front.url.replace('https:', 'wss:'), ca: [certificate] });
    expect(await several.publish('files', 'save', 2)).toMatchObject({ seq: 2 });
  });

  it('is refused without it, at once and permanently', async () => {
    front = await Front.open(stage.url, { tls: true });
    const client = stage.open({ url: front.url });
    const { error } = await heard(client, 'error');
    expect(error).toMatchObject({
      code: 'server_untrusted',
      retryable: false,
      details: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    });
    expect(client.state).toMatchObject({ kind: 'refused', error: { code: 'server_untrusted' } });
    expect(stage.server.handshakes).toEqual([]);
  });
});

describe('a server that speaks no TLS', () => {
  it('is refused at once when the URL says https', async () => {
    const client = stage.open({ url: stage.url.replace('http:', 'https:') });
    const { error } = await heard(client, 'error');
    expect(error.code).toBe('server_untrusted');
    expect(client.state.kind).toBe('refused');
  });
});

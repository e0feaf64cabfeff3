import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { plainClient, type PlainClient } from './plain-client.fixture.js';
import { rawRequest } from './raw-http.fixture.js';
import { startTestServer, type TestServer } from './testing.js';

const CLIENT = 'operator';
const KEY = 'key-of-an-operator';
const SECRET = 'what-nobody-may-read';

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

let server: TestServer;
let operator: PlainClient;
let lines: Line[];

beforeEach(async () => {
  lines = [];
  const logger = pino(
    { level: 'info', base: null, timestamp: false },
    // Safe: pino writes objects of this kind.
    { write: (line: string) => lines.push(JSON.parse(line) as Line) },
  );
  server = await startTestServer({ storage: 'memory', logger, keys: [KEY], trustedProxies: 1 });
  operator = await plainClient(server.url, { name: CLIENT, token: KEY });
});
afterEach(async () => {
  operator.socket.disconnect();
  await server.close();
});

/** The audit log: each request and its outcome. */
const audited = (): string[] => lines.map(({ msg }) => msg).filter((msg) => msg.startsWith('audit: '));

describe('the log of a server', () => {
  it('has a line at info for everything that an operator does', async () => {
    await operator.value('subscribe', { subscription: 's', queue: 'files', group: 'logger' });
    await operator.value('group:pause', 'files', 'logger');
    await operator.value('group:resume', 'files', 'logger');
    await operator.value('group:seek', 'files', 'logger', 'now');
    await operator.refusal('group:delete', 'files', 'logger');
    await operator.value('queue:purge', 'files', null);
    await operator.refusal('queue:purge', 'nothing', null);
    await operator.refusal('group:pause', { not: 'a name' });
    expect(audited()).toEqual([
      'audit: group:pause files/logger: ok',
      'audit: group:resume files/logger: ok',
      'audit: group:seek files/logger: ok',
      'audit: group:delete files/logger: group_in_use',
      'audit: queue:purge files: ok',
      'audit: queue:purge nothing: queue_unknown',
      'audit: group:pause: queue_unknown',
    ]);
    expect(lines[0]).toEqual({
      level: 30,
      client: CLIENT,
      principal: 'token:1',
      address: '127.0.0.1',
      verb: 'group:pause',
      object: 'files/logger',
      outcome: 'ok',
      msg: 'audit: group:pause files/logger: ok',
    });
  });

  it('has none for what only reads, publishes or consumes', async () => {
    await operator.value('queues');
    await operator.value('groups', 'files');
    await operator.value('dead-letters', 'files', {});
    await operator.refusal('publish', 'files', { event: 'save', payload: {} });
    await operator.value('tail', { subscription: 't', queue: 'files', from: 'now' });
    expect(audited()).toEqual([]);
  });

  it('has a line at warn for each that is refused, by the address before the proxy', async () => {
    const headers = [`Host: ${new URL(server.url).host}`, 'X-Forwarded-For: 6.6.6.6, 192.0.2.1'];
    await rawRequest(server.url, '/socket.io/?EIO=4&transport=polling', headers);
    await rawRequest(server.url, '/', [...headers, 'Origin: http://evil.example']);
    await rawRequest(server.url, '/', [...headers, ...headers]);
    await expect(plainClient(server.url, { name: CLIENT, token: SECRET })).rejects.toThrow();
    expect(lines).toMatchObject([
      { level: 40, address: '192.0.2.1', verb: 'request', outcome: 'transport_unsupported' },
      { address: '192.0.2.1', object: 'http://evil.example', outcome: 'origin_refused' },
      { address: '192.0.2.1', outcome: 'request_invalid' },
      { level: 40, client: CLIENT, address: '127.0.0.1', verb: 'connect', outcome: 'unauthorized' },
    ]);
    expect(JSON.stringify(lines)).not.toContain(SECRET);
  });

  it('has one line for a client that polls again and again, and their number when it closes', async () => {
    const headers = [`Host: ${new URL(server.url).host}`];
    for (let n = 0; n < 20; n++) await rawRequest(server.url, '/socket.io/?EIO=4&transport=polling', headers);
    expect(audited()).toEqual(['audit: request: transport_unsupported']);
    await server.close();
    expect(audited()[1]).toBe('audit: request: transport_unsupported, 19 more');
  });
});

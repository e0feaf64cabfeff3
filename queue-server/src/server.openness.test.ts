import { afterEach, describe, expect, it } from '@jest/globals';
import { Authenticator } from '@typed-queue/program';
import { pino } from 'pino';
import { startQueueServer, type QueueServer, type QueueServerOptions } from './index.js';
import { startTestQueue, startTestServer } from './testing.js';
import { contract } from './testing/shop.fixture.js';

const KEY = 'correct-horse-battery';

const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const start = async (options: Omit<QueueServerOptions, 'storage' | 'dataDir'>): Promise<QueueServer> => {
  const server = await startQueueServer({ ...options, storage: 'memory' });
  servers.push(server);
  return server;
};

const refused = (option: string, text: string) => ({
  code: 'request_invalid',
  message: expect.stringContaining(text),
  details: { option },
});

describe('an embedded server', () => {
  it.each(['0.0.0.0', '::', '10.0.0.7', 'queue.example'])('is not open to everybody on %s', async (host) => {
    await expect(start({ host })).rejects.toMatchObject(
      refused(
        'host',
        `anyone who reaches ${host} could read and publish; give keys, listen on 127.0.0.1, or say auth: 'none'`,
      ),
    );
  });

  it('is not open to everybody with an authenticator that asks for nothing', async () => {
    const authenticator = await Authenticator.open({});
    await expect(start({ host: '0.0.0.0', authenticator })).rejects.toMatchObject(refused('host', 'anyone'));
  });

  it.each(['0.0.0.0', '127.0.0.1'])('is refused with an empty list of keys on %s', async (host) => {
    await expect(start({ host, keys: [] })).rejects.toMatchObject(refused('keys', 'it has no key in it'));
  });

  it.each(['short', 'aaaaaaaaaaaaaaaaaaaa', ''])(
    'is refused with the key %j, which it does not show',
    async (key) => {
      const error: unknown = await start({ keys: [KEY, key] }).catch((reason: unknown) => reason);
      expect(error).toMatchObject(refused('keys', 'each key has at least 16 characters'));
      if (key !== '') expect(String(error)).not.toContain(key);
    },
  );

  it('is refused with keys that auth: none does not ask for', async () => {
    await expect(start({ keys: [KEY], auth: 'none' })).rejects.toMatchObject(refused('auth', 'asks none'));
  });

  it('is refused with keys that an authenticator does not know', async () => {
    const authenticator = await Authenticator.open({ tokens: [KEY] });
    await expect(start({ keys: [KEY], authenticator })).rejects.toMatchObject(
      refused('keys', 'takes its place'),
    );
  });

  it('is open to everybody when that is said, and warns of it', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (line) => lines.push(line) });
    await start({ host: '0.0.0.0', auth: 'none', logger });
    expect(lines.join('')).toContain("auth: 'none': everybody who reaches 0.0.0.0 can read and publish");
  });

  it('listens everywhere with keys', async () => {
    expect((await start({ host: '0.0.0.0', keys: [KEY] })).url).toMatch(/^http:\/\/0\.0\.0\.0:/);
  });

  it('listens everywhere with an authenticator', async () => {
    const authenticator = await Authenticator.open({ tokens: [KEY] });
    expect((await start({ host: '0.0.0.0', authenticator })).url).toMatch(/^http:\/\/0\.0\.0\.0:/);
  });
});

describe('a server of the test kit', () => {
  it('is not open to everybody either', async () => {
    const problem = refused('host', 'anyone who reaches 0.0.0.0');
    await expect(startTestServer({ host: '0.0.0.0' })).rejects.toMatchObject(problem);
    await expect(startTestQueue(contract, { host: '0.0.0.0' })).rejects.toMatchObject(problem);
  });
});

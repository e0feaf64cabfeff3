import { describe, expect, it } from '@jest/globals';
import { readConfig, type Config } from './config.js';

const places = { directory: '/home/me', moduleDir: '/opt/queue-server/dist' };
const read = (env: Readonly<Record<string, string | undefined>>): Promise<Config> => readConfig(env, places);

const key = 'k-9f3b1c7ae2d84056';

/** What is said of the one variable that is wrong. */
const refusal = (name: string, text: RegExp): object => ({
  code: 'config_invalid',
  details: { problems: [{ name, message: expect.stringMatching(text) }] },
});

describe('the limits of a queue server', () => {
  it.each([
    [{}, undefined],
    [{ HOST: '::1' }, undefined],
    [{ QUEUE_TOKENS: key }, 500_000],
    [{ QUEUE_KEYS_FILE: 'keys.json' }, 500_000],
    [{ HOST: '0.0.0.0', AUTH: 'none' }, 500_000],
    [{ HOST: '0.0.0.0', QUEUE_TOKENS: key }, 500_000],
    [{ DYNO: 'web.1', QUEUE_TOKENS: key, ALLOW_EPHEMERAL_STORAGE: 'true' }, 500_000],
    [{ QUEUE_TOKENS: key, RATE_MESSAGES_PER_SECOND: '0' }, undefined],
    [{ RATE_MESSAGES_PER_SECOND: '7' }, 7],
  ])('are none for rates on loopback without keys, and only there: %j', async (env, messagesPerSecond) => {
    expect((await read(env)).messagesPerSecond).toBe(messagesPerSecond);
  });

  it.each([
    ['MAX_PAYLOAD_BYTES', '1048577', /1 to 1048576/],
    ['MAX_HEADERS_BYTES', '16385', /1 to 16384/],
    ['HANDSHAKE_TIMEOUT_MS', '10', /expected milliseconds, 100 to 600000/],
    ['RATE_BYTES_PER_SECOND', '-1', /0 for no limit/],
    ...['0', '-1', '1.5', 'many'].flatMap((value) =>
      [
        ...['MAX_CONNECTIONS', 'MAX_CONNECTIONS_PER_ADDRESS', 'MAX_SUBSCRIPTIONS_PER_CONNECTION'],
        ...['MAX_GROUPS_PER_CONNECTION', 'MAX_WRONG_KEYS_PER_ADDRESS', 'MAX_PAYLOAD_BYTES'],
      ].map((name): [string, string, RegExp] => [name, value, /expected/]),
    ),
  ])('refuse %s=%s', async (name, value, text) => {
    await expect(read({ [name]: value })).rejects.toMatchObject(refusal(name, text));
  });
});

describe('the certificate of a queue server', () => {
  it.each([
    [{ TLS_CERT_FILE: 'a.pem' }, 'TLS_KEY_FILE', /TLS_KEY_FILE is not set: TLS_CERT_FILE is of no use/],
    [{ TLS_KEY_FILE: 'a.pem' }, 'TLS_CERT_FILE', /TLS_CERT_FILE is not set: TLS_KEY_FILE is of no use/],
  ])('needs its key, and the other way round: %j', async (env, name, text) => {
    await expect(read(env)).rejects.toMatchObject(refusal(name, text));
  });
});

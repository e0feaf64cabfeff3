import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startQueueServer, type QueueServerOptions } from './index.js';

/** With options that no compiler has seen. */
const startWith = (...args: readonly unknown[]) =>
  // Safe: the check is for values of other types.
  startQueueServer(...(args as unknown as [QueueServerOptions]));

const invalid = (option: string, text: string) => ({
  code: 'request_invalid',
  message: expect.stringContaining(text),
  details: { option },
});

const memory = { storage: 'memory' };

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'option-check-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('a server with options that no compiler has seen', () => {
  it.each([
    [
      { ...memory, prot: 1 },
      'prot',
      'the last argument has no field "prot"; it may have storage, host, port, ',
    ],
    [
      { ...memory, port: '4556' },
      'port',
      'the option "port" is a port: a whole number from 0 to 65535, not "4556"',
    ],
    [{ ...memory, port: 70_000 }, 'port', 'not 70000'],
    [{ ...memory, host: '' }, 'host', 'the option "host" is a text that is not empty, not ""'],
    [
      { ...memory, contract: {} },
      'contract',
      'is a contract, as defineContract makes it, of at least one queue',
    ],
    [{ ...memory, contract: () => 1 }, 'contract', 'not a function'],
    [{ ...memory, dashboard: 'on' }, 'dashboard', 'is true or false, not "on"'],
    [{ ...memory, auth: 'all' }, 'auth', 'the option "auth" is "none", not "all"'],
    [{ storage: 'disc', dataDir: 'x' }, 'storage', '"memory", "disk", "redis" or "nats", not "disc"'],
    [{ ...memory, dataDir: 'x' }, 'dataDir', 'the option "dataDir" is of no use with storage "memory"'],
    [
      { ...memory, durability: 'disk' },
      'durability',
      'the option "durability" is of no use with storage "memory"',
    ],
    [
      {},
      'dataDir',
      'the option "dataDir" is missing: name a folder for the messages, or say storage: \'memory\'',
    ],
    [{ storage: 'disk' }, 'dataDir', 'the option "dataDir" is missing'],
    [null, '', 'startQueueServer: the last argument is an object, not null'],
    [{ storage: 'redis' }, 'redisUrl', 'the option "redisUrl" is missing'],
    [{ storage: 'redis', redisUrl: 'http://:word@x' }, 'redisUrl', 'rediss://…, not (hidden)'],
    [{ storage: 'redis', redisUrl: 'redis://x', dataDir: 'x' }, 'dataDir', 'of no use with storage "redis"'],
    [{ storage: 'memory', redisUrl: 'redis://x' }, 'redisUrl', 'of no use with storage "memory"'],
    [{ dataDir: 'x', redisPrefix: 'x' }, 'redisPrefix', 'of no use with storage "disk"'],
    [{ storage: 'redis', redisUrl: 'redis://x', redisPrefix: 'a b' }, 'redisPrefix', 'at most 64 letters'],
    [
      { storage: 'redis', redisUrl: 'rediss://x', redisTls: { verify: 1 } },
      'redisTls.verify',
      'true or false',
    ],
    ['data', '', 'the last argument is an object, not "data"'],
  ])('refuses %j', async (options, option, text) => {
    await expect(startWith(options)).rejects.toMatchObject(invalid(option, text));
  });

  it.each([
    ['handshakeTimeoutMs', [99, 1e12], 'milliseconds, 100 to 600000'],
    ['maxConnections', [0, 0.5, NaN], 'a whole number, 1 or more'],
    ['memoryBudget', [0, 1, Infinity], 'a number of bytes, 67108864 to '],
    ['maxPayloadBytes', [0, 1e12], 'a number of bytes, 1 to 1048576'],
    ['trustedProxies', [0.5, Infinity, 11], 'a number of proxies, 0 to 10'],
    ['drainMs', [-1, 1e15], 'milliseconds, 0 to 2147483647'],
    ['tls', [{}, 'file'], 'a certificate that was opened'],
    ['logger', [{}], 'a logger, as pino makes it'],
    ['clock', [{}], 'a clock, with the functions'],
    ['measuringClock', [{}], 'a clock, with the functions'],
    ['authenticator', [{}, { authenticate: 1 }], 'an authenticator, as'],
    ['engine', [new Date(), []], 'an object'],
  ])('refuses values of %s that are out of bounds', async (option, values, text) => {
    for (const value of values)
      await expect(startWith({ ...memory, [option]: value })).rejects.toMatchObject(
        invalid(option, `the option "${option}" is ${text}`),
      );
  });

  it.each([
    [{ engine: { fileSystem: {} } }, 'engine.fileSystem', 'a file system, not an object'],
    [{ engine: { leaseMs: 0 } }, 'engine.leaseMs', 'milliseconds, 1 to 2147483647, not 0'],
    [{ origins: ['nonsense'] }, 'origins.0', 'an origin as browsers send it'],
    [{ allowedHosts: ['a b'] }, 'allowedHosts.0', 'a name or an address without a port'],
  ])('refuses %j', async (options, option, text) => {
    await expect(startWith({ ...memory, ...options })).rejects.toMatchObject(invalid(option, text));
  });

  it('refuses a dataDir with NUL', async () => {
    await expect(startWith({ dataDir: 'a\0b' })).rejects.toMatchObject(invalid('dataDir', 'without NUL'));
  });

  it('names all that is wrong', async () => {
    const starting = startWith({ ...memory, port: -1, drainMs: -1, prot: 1 });
    for (const name of ['"port"', '"drainMs"', '"prot"']) await expect(starting).rejects.toThrow(name);
  });

  it('is refused without any', async () => {
    await expect(startWith()).rejects.toMatchObject(invalid('dataDir', 'is missing'));
  });

  it.each(['file', 'file/below'])('refuses a dataDir that is no folder: %s', async (path) => {
    await writeFile(join(directory, 'file'), 'mine');
    const starting = startWith({ dataDir: join(directory, path) });
    await expect(starting).rejects.toMatchObject(invalid('dataDir', 'which is no folder'));
  });

  it('makes a dataDir that is missing', async () => {
    const server = await startWith({ dataDir: join(directory, 'new/data') });
    await server.close();
    expect(await readdir(join(directory, 'new/data'))).toContain('queues');
  });
});

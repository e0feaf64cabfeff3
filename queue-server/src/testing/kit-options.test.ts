import { describe, expect, it } from '@jest/globals';
import type { Contract } from '@typed-queue/contracts';
import { startTestServer, type TestQueueOptions } from '../testing.js';
import { contract } from './shop.fixture.js';
import { startTestQueue } from './test-queue.js';

const invalid = (text: string) => ({ code: 'request_invalid', message: expect.stringContaining(text) });

describe('options that no compiler has seen', () => {
  it.each([
    [{ prot: 1 }, 'startTestQueue: the last argument has no field "prot"; it may have storage, host, port, '],
    [{ dataDir: '/tmp' }, 'has no field "dataDir"'],
    [{ storage: 'dsik' }, 'the option "storage" is "memory" or "disk", not "dsik"'],
    [{ port: '80' }, 'the option "port" is a port: a whole number from 0 to 65535, not "80"'],
    [{ port: 65_536 }, 'the option "port" is a port: a whole number from 0 to 65535, not 65536'],
    [{ startAt: NaN }, 'the option "startAt" is a time: milliseconds since 1970, not NaN'],
    [{ startAt: 1e16 }, 'the option "startAt" is a time: milliseconds since 1970, not 10000000000000000'],
    [{ auth: 'nobody' }, 'the option "auth" is "none", not "nobody"'],
    [{ keys: 'a key of sixteen' }, 'the option "keys" is a list of texts, not (hidden)'],
    [{ keys: [1] }, 'the option "keys.0" is a text, not (hidden)'],
    [
      { client: 'token' },
      'the option "client" is an object without "url", which is that of the server, not "token"',
    ],
    [{ client: { url: 'http://other' } }, 'is an object without "url", which is that of the server'],
    [{ engine: { leaseMS: 1 } }, 'the option "engine" has no field "leaseMS"; it may have leaseMs, '],
    [{ engine: { leaseMs: '1s' } }, 'the option "engine.leaseMs" is milliseconds, 1 to 2147483647, not "1s"'],
    [null, 'the last argument is an object, not null'],
    ['disk', 'the last argument is an object, not "disk"'],
  ])('are refused by a test queue: %j', async (options, text) => {
    // Safe: the check is for values of other types.
    await expect(startTestQueue(contract, options as TestQueueOptions)).rejects.toMatchObject(invalid(text));
  });

  it.each([
    ['nothing', undefined],
    ['a text', 'orders'],
    ['no queues', {}],
    ['a queue alone', contract.orders],
    ['a queue under another name', { order: contract.orders }],
    ['no queue', { orders: null }],
  ])('are refused with what is no contract: %s', async (_, wrong) => {
    // Safe: as above.
    await expect(startTestQueue(wrong as unknown as Contract)).rejects.toMatchObject(
      invalid('startTestQueue: the first argument is a contract, as defineContract makes it'),
    );
  });

  it('are refused by a test server', async () => {
    // Safe: as above.
    await expect(startTestServer({ startAt: 1 } as object)).rejects.toMatchObject(
      invalid('startTestServer: the last argument has no field "startAt"'),
    );
  });
});

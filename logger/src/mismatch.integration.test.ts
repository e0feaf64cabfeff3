import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract, defineContract, defineQueue } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { startTestQueue, type TestQueue } from '@typed-queue/queue-server/testing';
import * as z from 'zod';
import { start } from './running.fixture.js';
import type { Source } from './source.js';

/** As a later version of the system may have it. */
const later = defineContract({
  files: defineQueue('files', {
    events: { save: z.strictObject({ path: z.string() }), error: z.looseObject({}) },
  }),
  database: contract.database,
});
const failed = { path: '/tmp/b', operation: 'read', code: 'ENOENT', message: 'none' };

let server: TestQueue<typeof later>;

beforeEach(async () => {
  server = await startTestQueue(later);
  await server.client.publish('files', 'save', { path: '/tmp/a' });
  await server.client.publish('files', 'error', failed);
});

afterEach(() => server.close());

const run = (source: Source) => {
  const stdout = new PassThrough({ encoding: 'utf8' });
  const queue = connect(contract, { url: server.url });
  return { ...start({ queue, source, stdout }), stdout };
};

describe('a logger at a server whose contract is another', () => {
  it('prints in a replay what does not match its own as well, with the issues', async () => {
    const { exitCode, stdout } = run({ kind: 'replay', from: 'start', follow: false });
    expect(await exitCode).toBe(0);
    const lines = String(stdout.read()).split('\n').slice(0, -1);
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      {
        event: 'save',
        seq: 1,
        payload: { path: '/tmp/a' },
        issues: expect.arrayContaining([expect.objectContaining({ path: 'bytes' })]),
      },
      { event: 'error', seq: 2, payload: failed },
    ]);
  });

  it('goes on as a member of a group, and says what did not match and is tried again', async () => {
    const { exitCode, stdout, stop, status } = run({ kind: 'group', group: 'logger', lasting: 'always' });
    const line = await new Promise((resolve) => stdout.once('data', resolve));
    expect(line).toContain('"seq":2');
    stop.abort();
    expect(await exitCode).toBe(0);
    expect(status()).toMatch(
      /\nlogger: contract_mismatch: Message 1 .* of this client: bytes.* Group "logger" retries it/,
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { contract, defineContract, defineQueue } from '@typed-queue/contracts';
import { startTestQueue } from '@typed-queue/queue-server/testing';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '../connect.js';
import { pathOf, realGroups } from './real-groups.fixture.js';

const now = realGroups();

const anything = {
  '~standard': { version: 1, vendor: 'hand-made', validate: (value: unknown) => ({ value }) },
} as const;

/** Starts the server again without some of its files. */
const restartWithout = async (files: (dataDir: string) => Promise<readonly string[]>): Promise<void> => {
  await now.server.crash();
  const { dataDir = '' } = now.server;
  for (const file of await files(dataDir)) await rm(join(dataDir, file), { recursive: true });
  await now.server.restart();
};

describe('a group whose server is another than before', () => {
  it('gets a gap for another log, and starts again with that', async () => {
    await now.open({ storage: 'disk' });
    await Promise.all([now.publish('a'), now.publish('b')]);
    const before = now.queue.subscribe('files', { group: 'g' }, () => undefined);
    await now.server.idle();
    await before.close();
    await restartWithout(async () => ['queues']);
    await now.publish('c');
    const gaps: unknown[] = [];
    now.queue.on('gap', (gap) => gaps.push(gap));
    const seen: string[] = [];
    now.queue.subscribe(
      'files',
      { group: 'g' },
      { save: (message) => void seen.push(pathOf(message)), error: () => undefined },
    );
    await now.server.idle();
    expect(seen).toEqual(['c']);
    expect(gaps).toEqual([expect.objectContaining({ reason: 'reset', from: 3, queue: 'files', group: 'g' })]);
  });

  it('reports to each of its members that its data was wiped while they were away', async () => {
    await now.open({ storage: 'disk' });
    const members = [0, 1].map(() => now.server.connect());
    const gaps: unknown[] = [];
    for (const [index, member] of members.entries()) {
      member.on('gap', ({ reason, group }) => gaps.push([index, reason, group]));
      await member.subscribe('files', { group: 'g', start: 'now' }, () => undefined).ready;
    }
    await now.publish('a');
    await now.server.idle();
    const back = members.map((member) => new Promise((resolve) => member.on('gap', resolve)));
    await restartWithout(readdir);
    await Promise.all(back);
    expect(gaps.sort()).toEqual([
      [0, 'reset', 'g'],
      [1, 'reset', 'g'],
    ]);
  });

  it('tries what another contract let in and does not match its own again, and gives it up in the end', async () => {
    const other = defineContract({ files: defineQueue('files', { events: { save: anything } }) });
    const server = await startTestQueue(other);
    const queue = connect(contract, { url: server.url });
    const seen: string[] = [];
    const errors: string[] = [];
    queue.on('error', ({ error }) => errors.push(error.code));
    await queue.subscribe(
      'files',
      { group: 'g', maxAttempts: 2 },
      { save: (message) => void seen.push(pathOf(message)), error: () => undefined },
    ).ready;
    await server.client.publish('files', 'save', { path: 'old' });
    await server.client.publish('files', 'save', { path: 'new', bytes: 1, sha256: 'a', durationMs: 1 });
    await server.idle();
    await server.clock.advance('1s');
    await server.idle();
    expect(seen).toEqual(['new']);
    expect(errors).toEqual(['contract_mismatch', 'contract_mismatch']);
    expect(server.deadLettered('files', 'g')).toMatchObject([
      { code: 'contract_mismatch', message: { payload: { path: 'old' } } },
    ]);
    await queue.close();
    await server.close();
  });
});

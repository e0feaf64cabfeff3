import { describe, expect, it } from '@jest/globals';
import { contract, defineContract, defineQueue } from '@typed-queue/contracts';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '../connect.js';
import { pathOf, realGroups } from './real-groups.fixture.js';

const now = realGroups();

const anything = {
  '~standard': { version: 1, vendor: 'hand-made', validate: (value: unknown) => ({ value }) },
} as const;

describe('a group whose server is another than before', () => {
  it('gets a gap for another log, and starts again with that', async () => {
    await now.open();
    await Promise.all([now.publish('a'), now.publish('b')]);
    await now.queue.subscribe('files', { group: 'g' }, () => undefined).ready;
    await now.done('g');
    await now.close();
    await rm(join(now.dataDir, 'queues'), { recursive: true });
    await now.open();
    await now.publish('c');
    const gaps: unknown[] = [];
    now.queue.on('gap', (gap) => gaps.push(gap));
    const seen: string[] = [];
    now.queue.subscribe(
      'files',
      { group: 'g' },
      { save: (message) => void seen.push(pathOf(message)), error: () => undefined },
    );
    await now.done('g');
    expect(seen).toEqual(['c']);
    expect(gaps).toEqual([expect.objectContaining({ reason: 'reset', from: 3, queue: 'files', group: 'g' })]);
  });

  it('reports to each of its members that its data was wiped while they were away', async () => {
    const { url } = await now.open();
    const members = [0, 1].map(() => connect(contract, { url }));
    const gaps: unknown[] = [];
    for (const [index, member] of members.entries()) {
      member.on('gap', ({ reason, group }) => gaps.push([index, reason, group]));
      await member.subscribe('files', { group: 'g', start: 'now' }, () => undefined).ready;
    }
    await now.publish('a');
    await now.done('g');
    await now.close();
    for (const name of await readdir(now.dataDir)) await rm(join(now.dataDir, name), { recursive: true });
    const back = members.map((member) => new Promise((resolve) => member.on('gap', resolve)));
    await now.open({ port: Number(new URL(url).port) });
    await Promise.all(back);
    expect(gaps.sort()).toEqual([
      [0, 'reset', 'g'],
      [1, 'reset', 'g'],
    ]);
    await Promise.all(members.map((member) => member.close()));
  });

  it('tries what was stored by another contract and no longer matches again, and gives it up in the end', async () => {
    const before = defineContract({
      files: defineQueue('files', { events: { save: anything } }),
    });
    const server = await now.open({ contract: before });
    const former = connect(before, { url: server.url });
    await former.publish('files', 'save', { path: 'old' });
    await former.close();
    await now.close();
    await now.open();
    await now.publish('new');
    const seen: string[] = [];
    const errors: string[] = [];
    now.queue.on('error', ({ error }) => errors.push(error.code));
    now.queue.subscribe(
      'files',
      { group: 'g', maxAttempts: 2, retryDelaysMs: [1] },
      { save: (message) => void seen.push(pathOf(message)), error: () => undefined },
    );
    await now.done('g');
    expect(seen).toEqual(['new']);
    expect(errors).toEqual(['contract_mismatch', 'contract_mismatch']);
    expect(await now.letters()).toMatchObject([
      { code: 'contract_mismatch', message: { payload: { path: 'old' } } },
    ]);
  });
});

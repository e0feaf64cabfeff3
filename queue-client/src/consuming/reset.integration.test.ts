import { describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '../connect.js';
import { pathOf, realGroups } from './real-groups.fixture.js';

const now = realGroups();

const anything = {
  '~standard': { version: 1, vendor: 'hand-made', validate: (value: unknown) => ({ value }) },
} as const;

describe('a group whose server is another than before', () => {
  it('is told that its log is another one, and begins anew with that', async () => {
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

  it('gives up what was stored by another contract and no longer matches', async () => {
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
      { group: 'g' },
      { save: (message) => void seen.push(pathOf(message)), error: () => undefined },
    );
    await now.done('g');
    expect([seen, errors]).toEqual([['new'], ['contract_mismatch']]);
    expect(await now.letters()).toMatchObject([
      { code: 'contract_mismatch', message: { payload: { path: 'old' } } },
    ]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import { setTimeout } from 'node:timers/promises';
import { connect } from '../connect.js';

const anything = {
  '~standard': { version: 1, vendor: 'hand-made', validate: (value: unknown) => ({ value }) },
} as const;
const before = defineContract({ files: defineQueue('files', { events: { save: anything } }) });
const after = defineContract({ files: defineQueue('files', { events: { save: anything, move: anything } }) });

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer({ contract: after, storage: 'memory' });
});
afterEach(() => server.close());

const depthIsZero = async (queue: { admin: ReturnType<typeof connect<typeof after>>['admin'] }) => {
  while ((await queue.admin.groups('files'))[0]?.depth !== 0) await setTimeout(5);
};

describe('a group of which some members know an event and others do not', () => {
  it('has the event handled by those who know it, and everything else by all', async () => {
    const [older, newer] = [connect(before, { url: server.url }), connect(after, { url: server.url })];
    const handled: [string, string][] = [];
    const errors: string[] = [];
    older.on('error', ({ error }) => errors.push(error.code));
    const options = { group: 'g', concurrency: 2 };
    await older.subscribe('files', options, ({ event }) => void handled.push(['older', event])).ready;
    await newer.subscribe('files', options, ({ event }) => void handled.push(['newer', event])).ready;
    for (let n = 0; n < 20; n++) await newer.publish('files', n % 2 === 0 ? 'move' : 'save', n);
    await depthIsZero(newer);
    expect(errors).toEqual([]);
    expect(handled.filter(([, event]) => event === 'save')).toHaveLength(10);
    expect(handled.filter(([, event]) => event === 'move')).toEqual(Array(10).fill(['newer', 'move']));
    await Promise.all([older.close(), newer.close()]);
  });

  it('passes over an event that none of them knows, says so once, and gets it back by a seek', async () => {
    const [older, newer] = [connect(before, { url: server.url }), connect(after, { url: server.url })];
    const passedOver: unknown[] = [];
    older.on('passed-over', (passed) => passedOver.push(passed));
    const subscription = older.subscribe('files', { group: 'g' }, () => undefined);
    await subscription.ready;
    for (const event of ['save', 'move', 'move'] as const) await newer.publish('files', event, 1);
    await depthIsZero(newer);
    expect(passedOver).toEqual([{ queue: 'files', group: 'g', event: 'move', firstSeq: 2 }]);
    const [status] = await newer.admin.groups('files');
    expect(status).toMatchObject({ deadLetters: 0, passedOver: [{ event: 'move', firstSeq: 2, count: 2 }] });

    await subscription.close();
    await newer.admin.seek('files', 'g', { seq: 2 });
    const seqs: number[] = [];
    newer.subscribe('files', { group: 'g' }, ({ seq }) => void seqs.push(seq));
    while (seqs.length < 2) await setTimeout(5);
    expect(seqs).toEqual([2, 3]);
    await Promise.all([older.close(), newer.close()]);
  });
});

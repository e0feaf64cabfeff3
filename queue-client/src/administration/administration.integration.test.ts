import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { contract, type SystemContract } from '@typed-queue/contracts';
import { startTestQueue, type TestQueue } from '@typed-queue/queue-server/testing';
import type { QueueClient } from '../client.js';
import { codeOf } from '../code-of.fixture.js';
import { connect } from '../connect.js';
import { DeadLetter } from '../consuming/failure.js';

let server: TestQueue<SystemContract>;
let queue: QueueClient<SystemContract>;

beforeEach(async () => {
  server = await startTestQueue(contract);
  queue = server.client;
});

afterEach(() => server.close());

const saveAll = async (count: number): Promise<void> => {
  const payload = { path: '/a', bytes: 1, sha256: 'x', durationMs: 1 };
  await Promise.all(Array.from({ length: count }, () => queue.publish('files', 'save', payload)));
};

it('shows queues and groups', async () => {
  await saveAll(3);
  const subscription = queue.subscribe('files', { group: 'g' }, () => undefined);
  await subscription.ready;
  expect(await queue.admin.queues()).toMatchObject([
    { queue: 'files', firstSeq: 1, lastSeq: 3, groups: 1, tails: 0 },
    { queue: 'database', lastSeq: 0, groups: 0 },
  ]);
  expect(await queue.admin.groups('files')).toMatchObject([
    {
      queue: 'files',
      group: 'g',
      paused: false,
      deadLetters: 0,
      members: [{ client: queue.name, away: false }],
    },
  ]);
  expect(await queue.admin.groups('database')).toEqual([]);
});

it('puts a group to another place, pauses and resumes it', async () => {
  const seen: number[] = [];
  const subscription = queue.subscribe('files', { group: 'g' }, ({ seq }) => void seen.push(seq));
  await saveAll(3);
  await server.idle();
  await queue.admin.pause('files', 'g');
  await queue.admin.seek('files', 'g', { seq: 2 });
  expect((await queue.admin.groups('files'))[0]).toMatchObject({ paused: true, depth: 2 });
  expect(seen).toEqual([1, 2, 3]);
  await queue.admin.resume('files', 'g');
  await server.idle();
  expect(seen).toEqual([1, 2, 3, 2, 3]);
  await subscription.close();
});

it('deletes a group when it has no members', async () => {
  const subscription = queue.subscribe('files', { group: 'g' }, () => undefined);
  await subscription.ready;
  expect(await codeOf(queue.admin.delete('files', 'g'))).toBe('group_in_use');
  await subscription.close();
  await queue.admin.delete('files', 'g');
  expect(await queue.admin.groups('files')).toEqual([]);
  expect(await codeOf(queue.admin.delete('files', 'g'))).toBe('group_unknown');
});

it('lists dead letters, page by page', async () => {
  const subscription = queue.subscribe('files', { group: 'g' }, ({ seq }) => {
    throw new DeadLetter(`no ${seq}`);
  });
  queue.on('dead-letter', () => undefined);
  await saveAll(5);
  await server.idle();
  await subscription.close();
  const page = await queue.admin.deadLetters('files', { limit: 2 });
  expect(page.letters.map(({ reason, seq }) => [reason, seq])).toEqual([
    ['no 1', 1],
    ['no 2', 2],
  ]);
  const seqs: number[] = [];
  for await (const { seq } of queue.admin.eachDeadLetter('files', { group: 'g', limit: 2 })) {
    seqs.push(seq);
  }
  expect(seqs).toEqual([1, 2, 3, 4, 5]);
});

/** Dead letters of the messages 1 to 4, with the reason `odd` or `even`. */
const deadLetterFour = async (): Promise<void> => {
  queue.on('dead-letter', () => undefined);
  await saveAll(4);
  const broken = queue.subscribe('files', { group: 'g' }, ({ seq }) => {
    throw new DeadLetter(seq % 2 === 0 ? 'even' : 'odd');
  });
  await server.idle();
  await broken.close();
};

it('counts what it would redrive', async () => {
  await deadLetterFour();
  expect(await queue.admin.redrive('files', { dryRun: true })).toMatchObject({ redriven: 4 });
});

it('redrives dead letters to their group', async () => {
  await deadLetterFour();
  const redriven = await queue.admin.redrive('files', { group: 'g', reason: 'even' });
  expect(redriven).toEqual({ redriven: 2, refusedCount: 0, refused: [], through: 4 });
  const handled: number[] = [];
  queue.subscribe('files', { group: 'g' }, ({ seq }) => void handled.push(seq));
  await server.idle();
  expect(handled).toEqual([2, 4]);
});

it('discards dead letters', async () => {
  await deadLetterFour();
  expect(await queue.admin.discard('files', { reason: 'odd', dryRun: true })).toBe(2);
  expect(await queue.admin.discard('files', { reason: 'odd' })).toBe(2);
  expect(await queue.admin.queues()).toMatchObject([{ deadLetters: { letters: 2, expired: 0 } }, {}]);
});

it('describes a queue that the contract of the client lacks', async () => {
  const other = connect({}, { url: server.url });
  try {
    const { events, partial } = await other.admin.describe('files');
    expect([Object.keys(events).sort(), partial]).toEqual([['error', 'save'], false]);
    expect(events.save).toMatchObject({ properties: { path: { type: 'string' } } });
    expect(await codeOf(other.admin.describe('unknown'))).toBe('queue_unknown');
  } finally {
    await other.close();
  }
});

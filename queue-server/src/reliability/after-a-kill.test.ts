import { expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { setTimeout } from 'node:timers/promises';
import { startTestServer } from '../testing.js';
import { startMember } from './member-process.fixture.js';

const MESSAGES = 400;
const CONCURRENCY = 100;

it('messages that a killed member had not begun are granted at full concurrency, and new ones before the isolated', async () => {
  const server = await startTestServer({ engine: { graceMs: 50 } });
  const queue = connect(contract, { url: server.url });
  const publish = (id: string) => queue.publish('database', 'read', { model: 'product', id, count: 1 });
  const begun = new Set<number>();
  const killed = startMember(server.url, CONCURRENCY, ({ seq }) => begun.add(seq), { handler: 'never ends' });
  await Promise.all(Array.from({ length: MESSAGES }, (_, n) => publish(String(n))));
  while (begun.size < CONCURRENCY) await setTimeout(10);
  await killed.end('SIGKILL');

  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  let atOnce = 0;
  let most = 0;
  const isolated = new Set<number>();
  /** How many isolated messages were handled when the new message was. */
  let isolatedBefore: number | undefined;
  queue.subscribe(
    'database',
    { group: 'workers', concurrency: CONCURRENCY },
    async ({ seq, payload }, { attempt }) => {
      most = Math.max(most, ++atOnce);
      if (attempt > 1) isolated.add(seq);
      if ('id' in payload && payload.id === 'new') isolatedBefore = isolated.size;
      await finished;
      atOnce--;
    },
  );
  // None of them ends: all that were granted are in progress at once.
  while (most < CONCURRENCY) await setTimeout(10);
  await publish('new');
  finish();
  while (((await queue.admin.groups('database'))[0]?.floor ?? 0) <= MESSAGES + 1) await setTimeout(20);
  expect(isolated.size).toBe(CONCURRENCY);
  expect(isolatedBefore).toBeLessThan(CONCURRENCY / 2);
  await queue.close();
  await server.close();
});

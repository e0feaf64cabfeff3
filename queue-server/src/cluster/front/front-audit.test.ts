import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { plainClient, type PlainClient } from '../../plain-client.fixture.js';
import { TestCluster } from './cluster.fixture.js';

const KEY = 'key-of-an-operator';

let cluster: TestCluster;
let operator: PlainClient;
let audited: Record<string, unknown>[];

beforeEach(async () => {
  audited = [];
  const write = (line: string): void => {
    // Safe: pino writes objects of this kind.
    const entry = JSON.parse(line) as Record<string, unknown>;
    if (String(entry.msg).startsWith('audit: ')) audited.push(entry);
  };
  const logger = pino({ level: 'info', base: null, timestamp: false }, { write });
  cluster = await TestCluster.start({ logger, keys: [KEY], messagesPerSecond: 20, now: () => 0 });
  operator = await plainClient(cluster.url, { name: 'operator', token: KEY });
});
afterEach(async () => {
  operator.socket.disconnect();
  await cluster.close();
});

const schedule = {
  cron: '0 3 * * *',
  event: 'save',
  payload: { path: 'a', bytes: 1, sha256: 'x', durationMs: 1 },
};
const entries = (): readonly string[] => audited.map(({ msg }) => String(msg));

it('an action on a queue is audited once, with who did it and from where', async () => {
  await operator.value('queue:purge', 'files', null);
  expect(audited).toMatchObject([
    { client: 'operator', principal: 'token:1', address: '127.0.0.1', verb: 'queue:purge', object: 'files' },
  ]);
});

it('an action that no unit can take is audited once', async () => {
  await operator.refusal('queue:purge', 'nothing', null);
  expect(entries()).toEqual(['audit: queue:purge nothing: queue_unknown']);
});

it('an action on a queue that no server has is audited once', async () => {
  await cluster.endUnit('files');
  await operator.refusal('queue:purge', 'files', null);
  expect(entries()).toEqual(['audit: queue:purge files: storage_unavailable']);
});

it('a schedule that is put, and deleted, is audited once each', async () => {
  await operator.value('schedules:put', 'files', 'nightly', schedule);
  await operator.value('schedules:delete', 'nightly');
  expect(entries()).toEqual([
    'audit: schedules:put files/nightly: ok',
    'audit: schedules:delete nightly: ok',
  ]);
});

it('a schedule that there is not is deleted with one entry', async () => {
  expect(await operator.value('schedules:delete', 'nobody')).toEqual({ deleted: false });
  expect(entries()).toEqual(['audit: schedules:delete nobody: ok']);
});

it('a subscription that a unit refuses is audited, and counted, once', async () => {
  for (let n = 0; n < 20; n++) await operator.value('seq-at', 'files', 'now');
  await operator.refusal('subscribe', { subscription: 's', queue: 'files', group: 'g' });
  expect(entries()).toEqual(['audit: subscribe: rate_limited']);
});

it('a schedule that is put for another queue is no longer one of the former', async () => {
  const payload = { model: 'product', operation: 'read', code: 'x', message: 'y' };
  await operator.value('schedules:put', 'files', 'nightly', schedule);
  await operator.value('schedules:put', 'database', 'nightly', { ...schedule, event: 'error', payload });
  expect(await operator.value('schedules', null)).toMatchObject([{ name: 'nightly', queue: 'database' }]);
});

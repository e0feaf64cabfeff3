import { contract } from '@typed-queue/contracts';
import { expect, it } from '@jest/globals';
import { connect } from '../connect.js';
import { Front } from '../connection/front.fixture.js';
import { pathOf, realGroups } from './real-groups.fixture.js';

const now = realGroups();

it('a member whose network is gone aborts its handler and leaves the rest to others', async () => {
  await now.open({ engine: { leaseMs: 300, graceMs: 1 } });
  const front = await Front.open(now.server.url, {});
  const options = { group: 'g', maxAttempts: 100, retryDelaysMs: [1] };
  const lonely = connect(contract, { url: front.url });
  const begun: string[] = [];
  const aborted: string[] = [];
  let begin: () => void = () => undefined;
  const handling = new Promise<void>((resolve) => (begin = resolve));
  lonely.on('connection:failed', () => undefined);
  const lost = new Promise((resolve) => lonely.once('lease:lost', resolve));
  lonely.subscribe('files', options, async (message, { signal }) => {
    begun.push(pathOf(message));
    begin();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    aborted.push(pathOf(message));
  });
  await Promise.all(Array.from({ length: 20 }, (_, n) => now.publish(String(n), 'one key')));
  await handling;
  front.freeze();
  await lost;
  await front.close();
  const handled: string[] = [];
  now.queue.subscribe('files', options, (message) => handled.push(pathOf(message)));
  await now.server.clock.advance('1s');
  await now.server.idle();
  expect(begun).toEqual(['0']);
  expect(aborted).toEqual(['0']);
  expect(new Set(handled).size).toBe(20);
  await lonely.close({ timeoutMs: 0 });
});

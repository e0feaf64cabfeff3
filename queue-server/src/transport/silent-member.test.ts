import { expect, it } from '@jest/globals';
import { plainClient, received } from '../plain-client.fixture.js';
import { startTestServer } from '../testing.js';

it('a member whose lease ended is granted nothing until its client sends anything', async () => {
  const server = await startTestServer({ storage: 'memory', engine: { leaseMs: 200 } });
  const [frozen, other] = [await plainClient(server.url), await plainClient(server.url)];
  const attempts: number[] = [];
  frozen.socket.on('grant', ({ messages }: { messages: { attempt: number }[] }) =>
    attempts.push(...messages.map(({ attempt }) => attempt)),
  );
  await frozen.value('subscribe', { subscription: 's', queue: 'files', group: 'g', concurrency: 1 });
  const revoked = received(frozen.socket, 'revoke', 1);
  const payload = { path: '/a', bytes: 1, sha256: 'a', durationMs: 1 };
  await other.value('publish', 'files', { event: 'save', payload });
  await revoked;
  // Whatever the server does by itself after the end of the lease, it has done.
  for (let times = 0; times < 5; times++) await other.value('queues');
  expect(attempts).toEqual([1]);

  const again = received(frozen.socket, 'grant', 1);
  await frozen.value('queues');
  await again;
  expect(attempts).toEqual([1, 2]);
  for (const { socket } of [frozen, other]) socket.disconnect();
  await server.close();
});

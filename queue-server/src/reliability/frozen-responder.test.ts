import { expect, it } from '@jest/globals';
import { call, defineContract, defineQueue } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { startTestServer } from '../testing.js';
import { startCallProcess } from './call-processes.fixture.js';

const double = call({
  input: z.int(),
  output: z.strictObject({ value: z.int(), by: z.string() }),
  durable: true,
});
const contract = defineContract({ work: defineQueue('work', { events: { double } }) });

it('calls of a frozen responder end with their time; when it goes on, nobody gets what it answers late', async () => {
  const server = await startTestServer({ contract });
  const queue = connect(contract, { url: server.url });
  const made: number[] = [];
  const responder = startCallProcess('responder', [new URL(server.url).port], (input) => made.push(input));
  expect(await queue.call('work', 'double', 1, { timeoutMs: 100_000 })).toMatchObject({ value: 2 });
  responder.send('SIGSTOP');
  const late = { id: 'late', timeoutMs: 300 };
  expect(await queue.call('work', 'double', 2, late).answer).toMatchObject({
    error: { code: 'deadline_exceeded' },
  });
  // Its caller may have given up before the server's own time was over.
  expect(await queue.attach('work', 'double', 'late', { timeoutMs: 100_000 }).answer).toMatchObject({
    error: { code: 'deadline_exceeded' },
  });
  responder.send('SIGCONT');
  while (!made.includes(2)) await setTimeout(10);
  expect(await queue.call('work', 'double', 3, { timeoutMs: 100_000 })).toMatchObject({ value: 6 });
  expect(await queue.call('work', 'double', 2, late).answer).toMatchObject({
    error: { code: 'deadline_exceeded' },
  });
  await responder.kill();
  await queue.close();
  await server.close();
});

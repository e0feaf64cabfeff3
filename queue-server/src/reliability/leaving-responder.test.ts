import { expect, it } from '@jest/globals';
import { call, defineContract, defineQueue } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { startTestServer } from '../testing.js';

const CALLS = 16;

/** Has all calls before SIGTERM, and answers them after it, each with more than a socket takes at once. */
const RESPONDER = `
import { call, defineContract, defineQueue } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import * as z from 'zod';
const work = defineQueue('work', { events: { fill: call({ input: z.string(), output: z.string() }) } });
const queue = connect(defineContract({ work }), { url: process.argv[1] });
const ended = new Promise((resolve) => process.once('SIGTERM', resolve));
let running = 0;
queue.serve('work', {
  fill: async (text) => {
    if (++running === ${CALLS}) console.log('all');
    await ended;
    return text.repeat(500_000);
  },
});
await ended;
await queue.close();
process.exit(0);
`;

const work = defineQueue('work', { events: { fill: call({ input: z.string(), output: z.string() }) } });

it('what a responder answered before it closed and exited arrives, however large', async () => {
  const contract = defineContract({ work });
  const server = await startTestServer({ contract });
  const queue = connect(contract, { url: server.url });
  const args = ['--input-type=module', '-e', RESPONDER, server.url];
  const child = spawn(process.execPath, args, {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: child.stdout }).once('line', () => child.kill('SIGTERM'));
  const options = { timeoutMs: 100_000 };
  const answers = await Promise.all(
    Array.from({ length: CALLS }, () => queue.call('work', 'fill', 'x', options).answer),
  );
  expect(answers.map(({ ok }) => ok)).toEqual(Array.from({ length: CALLS }, () => true));
  await queue.close();
  await server.close();
});

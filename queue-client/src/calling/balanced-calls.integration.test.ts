import { expect, it } from '@jest/globals';
import { call, defineContract, defineQueue } from '@typed-queue/contracts';
import { startTestServer } from '@typed-queue/queue-server/testing';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { connect } from '../connect.js';

const CALLS = 10_000;
const work = defineQueue('work', { events: { double: call({ input: z.int(), output: z.int() }) } });
const contract = defineContract({ work });

it(`${CALLS} calls go to three responders by their speed, and none is lost`, async () => {
  const server = await startTestServer({ contract, storage: 'memory' });
  const caller = connect(contract, { url: server.url });
  const responders = [1, 5, 25].map((ms) => ({ ms, client: connect(contract, { url: server.url }) }));
  const shares = await Promise.all(
    responders.map(async ({ ms, client }) => {
      const share = { served: 0 };
      const double = async (input: number): Promise<number> => {
        share.served++;
        await setTimeout(ms);
        return 2 * input;
      };
      await client.serve('work', { double }, { concurrency: 16 }).ready;
      return share;
    }),
  );
  const inputs = Array.from({ length: CALLS }, (_, index) => index);
  const outputs = await Promise.all(
    // As long as a busy machine may need.
    inputs.map((input) => caller.call('work', 'double', input, { timeoutMs: 250_000 })),
  );
  expect(outputs).toEqual(inputs.map((input) => 2 * input));
  const served = shares.map((share) => share.served);
  expect(served.reduce((sum, each) => sum + each, 0)).toBe(CALLS);
  expect(served).toEqual([...served].sort((one, other) => other - one));
  await Promise.all([caller, ...responders.map(({ client }) => client)].map((client) => client.close()));
  await server.close();
});

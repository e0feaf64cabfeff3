import { expect, it } from '@jest/globals';
import { call, defineContract, defineQueue } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { startTestServer } from '@typed-queue/queue-server/testing';
import * as z from 'zod';
import { runIn } from '../run.fixture.js';
import { objectsOf } from '../served.fixture.js';

const ship = call({ input: z.strictObject({ sku: z.string() }), output: z.int(), durable: true });
const contract = defineContract({ stock: defineQueue('stock', { events: { ship } }) });

it.each([[[]], [['--contract', '@typed-queue/contracts']]])(
  'tail reads the log of durable calls, whatever contract is named: %j',
  async (named) => {
    const server = await startTestServer({ contract, storage: 'memory' });
    const client = connect(contract, { url: server.url });
    client.serve('stock', { ship: () => 7 });
    await client.call('stock', 'ship', { sku: 'tea' });
    const args = ['tail', 'stock.calls', '--from', 'start', '--no-follow', '--json', ...named];
    const { out } = await runIn(import.meta.dirname, args, { env: { QUEUE_URL: server.url } });
    await client.close();
    await server.close();
    expect(objectsOf(out)).toMatchObject([{ queue: 'stock.calls', event: 'ship', payload: { sku: 'tea' } }]);
  },
);

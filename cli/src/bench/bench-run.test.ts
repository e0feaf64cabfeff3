import { expect, it } from '@jest/globals';
import { MINUTE } from '@typed-queue/contracts';
import type { Client } from '../connection/client.js';
import { BenchRun } from './bench-run.js';

it('uses a group that the server deletes a minute after the command was killed', async () => {
  const groups: unknown[] = [];
  const subscribe = (_queue: string, options: object) => {
    groups.push(options);
    return { ready: Promise.resolve(), close: () => Promise.resolve() };
  };
  // Safe: a run that is stopped before it begins only subscribes.
  const client = { subscribe } as unknown as Client;
  const load = { queue: 'orders', event: 'placed', payload: {}, messages: 1, rate: undefined, inFlight: 1 };
  const run = new BenchRun({ ...load, now: () => 0 });
  await run.run(client, client, AbortSignal.abort());
  expect(groups).toMatchObject([{ group: run.group, expireAfterMs: MINUTE }]);
});

import { expect, it } from '@jest/globals';
import type { Machine } from '../machine.js';
import { withClient } from './client.js';
import type { Settings } from './settings.js';

/** Nothing listens there. */
const settings: Settings = {
  url: 'http://127.0.0.1:1',
  path: undefined,
  ca: undefined,
  token: undefined,
  timeoutMs: 10_000,
  contract: undefined,
};

it('gives up at once when whoever waits for the server has given up before', async () => {
  // Safe: nothing else of it is used before there is a connection.
  const machine = { stderr: { write: () => undefined } } as unknown as Machine;
  const connecting = withClient(settings, machine, () => Promise.resolve(), {
    patience: AbortSignal.abort(),
  });
  await expect(connecting).rejects.toThrow('no queue server at http://127.0.0.1:1');
});

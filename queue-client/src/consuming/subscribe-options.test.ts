import { expect, it } from '@jest/globals';
import { requestOf } from './subscribe-options.js';

it('asks for the settings that were given, and says so when there are none', () => {
  const settings = {
    events: ['save'],
    maxAttempts: 3,
    retryDelaysMs: [5],
    expireAfterMs: 9,
    priorities: true,
  };
  expect(requestOf('s', 'files', { group: 'g', ...settings, concurrency: 4 })).toEqual({
    subscription: 's',
    queue: 'files',
    group: 'g',
    form: 'frame',
    settings,
    concurrency: 4,
  });
  expect(requestOf('s', 'files', { group: 'g', events: undefined }).settings).toEqual({});
});

it("requests the concurrency, up to the server's limit", () => {
  expect(requestOf('s', 'files', { group: 'g' }).concurrency).toBe(1);
  expect(requestOf('s', 'files', { group: 'g', concurrency: 1_000_000 }).concurrency).toBe(10_000);
});

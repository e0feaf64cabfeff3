import { expect, it } from '@jest/globals';
import type { QueueStatus } from '@typed-queue/contracts';
import { problemOf, rowOf } from './queues-command.js';

const files: QueueStatus = {
  queue: 'files',
  epoch: '',
  firstSeq: 1,
  lastSeq: 0,
  bytes: 0,
  deadLetters: { letters: 0, bytes: 0, expired: 0 },
  groups: 0,
  tails: 0,
};
const unreachable = { code: 'storage_unavailable', message: 'No server has the queue.' } as const;

it('a queue that no server has is unreachable, and has no figures', () => {
  expect(rowOf({ ...files, unreachable })).toEqual(['files', 'unreachable', '-', '-', '-', '-', '-', '-']);
});

it('why it is unreachable is said', () => {
  expect(problemOf({ ...files, unreachable })).toEqual([
    'files is unreachable: No server has the queue. (storage_unavailable)',
  ]);
});

it('nothing is said of a queue that can be reached', () => {
  expect(problemOf(files)).toEqual([]);
});

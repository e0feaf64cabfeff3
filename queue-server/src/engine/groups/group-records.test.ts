import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import process from 'node:process';
import { setImmediate as turn } from 'node:timers/promises';
import { SETTLED } from '../group/message-state.js';
import { recordChange, type GroupRecords } from './group-records.js';

const failure = new Error('nothing can be stored');
const records: GroupRecords = {
  write: () => Promise.reject(failure),
  durable: () => Promise.reject(failure),
  fault: () => failure,
  close: async () => undefined,
};

let reported: unknown[];
let unhandled: unknown[];
const listener = (error: unknown): void => void unhandled.push(error);
beforeEach(() => {
  reported = [];
  unhandled = [];
  process.on('unhandledRejection', listener);
});
afterEach(() => {
  process.off('unhandledRejection', listener);
});

const record = (changed: Parameters<typeof recordChange>[1]['changed']): Promise<void> => {
  const rules = { now: () => 0, wallNow: () => 0, onError: (error: unknown) => void reported.push(error) };
  return recordChange({ queue: 'files', group: 'g', records, rules }, { changed, failures: [] });
};

describe('a change that cannot be stored', () => {
  it('is reported, whether somebody waits for it or not', async () => {
    await expect(record([{ from: 1, to: 2, state: SETTLED }])).rejects.toBe(failure);
    void record([{ from: 3, to: 3, state: SETTLED }]);
    await turn();
    expect(reported).toEqual([failure, failure]);
    expect(unhandled).toEqual([]);
  });

  it('that changes nothing fails who waits for it, and nobody else', async () => {
    await expect(record([])).rejects.toBe(failure);
    void record([]);
    await turn();
    expect(reported).toEqual([]);
    expect(unhandled).toEqual([]);
  });
});

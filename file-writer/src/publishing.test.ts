import { describe, expect, it, jest } from '@jest/globals';
import { QueueError, type Receipt } from '@typed-queue/contracts';
import { getMaxListeners } from 'node:events';
import type { FileOutcome } from './file-outcome.js';
import { publishingTo, type Publisher } from './publishing.js';

const saved: FileOutcome = {
  event: 'save',
  payload: { path: '/a', bytes: 1, sha256: 'ab', durationMs: 1 },
};
const failed: FileOutcome = {
  event: 'error',
  payload: { path: '/b', operation: 'read', code: 'ENOENT', message: 'no such file' },
};
const receipt: Receipt = { id: '', epoch: '', seq: 1, duplicate: false, durability: 'disk' };
const RUNNING = new AbortController().signal;

/** Answers nothing until its signal aborts, as a client does without its server. */
const unreachable: Publisher = {
  publish: (_queue, _event, _payload, { signal }) =>
    new Promise((_resolve, reject) => {
      const abort = (): void => reject(new QueueError('aborted', 'gave up'));
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort);
    }),
};

describe('publishingTo', () => {
  it('publishes each outcome as its event, without waiting', async () => {
    const published: unknown[] = [];
    const publishing = publishingTo({
      publish: async (queue, event, payload) => {
        published.push([queue, event, payload]);
        return receipt;
      },
    });
    publishing.add(saved);
    publishing.add(failed);
    expect(published).toEqual([
      ['files', 'save', saved.payload],
      ['files', 'error', failed.payload],
    ]);
    expect(await publishing.receipts(60_000, RUNNING)).toEqual([]);
  });

  it('lets the events of any number of files wait, without a warning of a leak', async () => {
    const limits = new Set<number>();
    const publishing = publishingTo({
      publish: async (_queue, _event, _payload, { signal }) => {
        limits.add(getMaxListeners(signal));
        return receipt;
      },
    });
    publishing.add(saved);
    expect(await publishing.receipts(60_000, RUNNING)).toEqual([]);
    expect([...limits]).toEqual([Infinity]);
  });

  it('names what the server refused', async () => {
    const publishing = publishingTo({
      publish: async (_queue, event) => {
        if (event === 'save') throw new QueueError('queue_unknown', 'no "files" here');
        return receipt;
      },
    });
    publishing.add(saved);
    publishing.add(failed);
    expect(await publishing.receipts(60_000, RUNNING)).toEqual([
      { outcome: saved, reason: 'queue_unknown: no "files" here' },
    ]);
  });

  it('gives up when the time is over', async () => {
    const publishing = publishingTo(unreachable);
    publishing.add(saved);
    publishing.add(failed);
    expect(await publishing.receipts(0, RUNNING)).toEqual([
      { outcome: saved, reason: 'aborted: gave up' },
      { outcome: failed, reason: 'aborted: gave up' },
    ]);
  });

  it('gives up at once when it is interrupted', async () => {
    const publishing = publishingTo(unreachable);
    const interrupt = new AbortController();
    publishing.add(saved);
    const receipts = publishing.receipts(60_000, interrupt.signal);
    interrupt.abort();
    expect(await receipts).toEqual([{ outcome: saved, reason: 'aborted: gave up' }]);
  });

  it('gives what was in hand at an interrupt a second, and no more', async () => {
    jest.useFakeTimers();
    try {
      const publishing = publishingTo(unreachable);
      publishing.add(saved);
      const unpublished: unknown[] = [];
      const receipts = publishing.receipts(60_000, AbortSignal.abort());
      const collected = receipts.then((each) => unpublished.push(...each));
      await jest.advanceTimersByTimeAsync(999);
      expect(unpublished).toEqual([]);
      await jest.advanceTimersByTimeAsync(1);
      await collected;
      expect(unpublished).toHaveLength(1);
    } finally {
      jest.useRealTimers();
    }
  });
});

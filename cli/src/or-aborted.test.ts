import { expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { orAborted } from './or-aborted.js';

it('has what the promise has, and leaves no listener behind', async () => {
  const { signal } = new AbortController();
  expect(await orAborted(Promise.resolve(1), signal)).toBe(1);
  await expect(orAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('has nothing when the signal aborts, or has before', async () => {
  const stop = new AbortController();
  const waiting = orAborted(new Promise(() => undefined), stop.signal);
  stop.abort();
  expect(await waiting).toBeUndefined();
  expect(await orAborted(new Promise(() => undefined), stop.signal)).toBeUndefined();
});

import { describe, expect, it, jest } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { onAbort } from './abort-watch.js';

describe('what watches a signal', () => {
  it('is called once when it aborts', () => {
    const controller = new AbortController();
    const called = jest.fn();
    onAbort(controller.signal, called);
    controller.abort();
    expect(called.mock.calls).toEqual([[]]);
  });

  it('is not called after its end', () => {
    const controller = new AbortController();
    const [first, second] = [jest.fn(), jest.fn()];
    const end = onAbort(controller.signal, first);
    onAbort(controller.signal, second);
    end();
    controller.abort();
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([0, 1]);
  });

  it('may end that of another', () => {
    const controller = new AbortController();
    const called = jest.fn();
    onAbort(controller.signal, () => end());
    const end = onAbort(controller.signal, called);
    controller.abort();
    expect(called).not.toHaveBeenCalled();
  });

  it('shares one listener, of which Node does not warn', () => {
    const { signal } = new AbortController();
    for (let count = 0; count < 100; count++) onAbort(signal, () => undefined);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  });

  it('leaves no listener after the end of the last', () => {
    const { signal } = new AbortController();
    const [first, second] = [onAbort(signal, () => undefined), onAbort(signal, () => undefined)];
    first();
    second();
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('needs no signal', () => {
    expect(() => onAbort(undefined, () => undefined)()).not.toThrow();
  });
});

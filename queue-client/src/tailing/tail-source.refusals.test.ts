import { describe, expect, it } from '@jest/globals';
import { refused } from '../requests.fixture.js';
import { openTail } from './tail.fixture.js';

describe('retryable refusals', () => {
  it('are followed by tries with growing delays until the tail is live', () => {
    const { server, runtime, source, begin } = openTail();
    source.online();
    server.tails[0]?.answer(refused('draining'));
    expect(server.tails).toHaveLength(1);
    expect(runtime.fireNextTimer()).toBe(100);
    expect(server.tails).toHaveLength(2);
    server.tails[1]?.answer(refused('overloaded'));
    expect(runtime.fireNextTimer()).toBe(200);
    begin();
    source.live(1);
    source.online();
    server.tails.at(-1)?.answer(refused('draining'));
    expect(runtime.fireNextTimer()).toBe(100);
  });

  it('are followed by no try before the delay that the server asks for', () => {
    const { server, runtime, source } = openTail();
    source.online();
    server.tails[0]?.answer(refused('rate_limited', { retryAfterMs: 7_000 }));
    expect([...runtime.timers.values()]).toEqual([7_700]);
  });

  it('are reported once for each code until one try is granted', () => {
    const { server, runtime, source, events, begin } = openTail();
    source.online();
    for (const code of ['draining', 'overloaded', 'draining'] as const) {
      server.tails.at(-1)?.answer(refused(code));
      runtime.fireNextTimer();
    }
    const reported = (): unknown[] => events.map(([name, event]) => [name, event]);
    const error = (code: string) => ['error', { queue: 'files', error: expect.objectContaining({ code }) }];
    expect(reported()).toEqual([error('draining'), error('overloaded')]);
    begin();
    source.offline();
    source.online();
    server.tails.at(-1)?.answer(refused('draining'));
    expect(reported().slice(2)).toEqual([error('draining')]);
    source.offline();
  });

  it('closed or offline during the delay, it is not requested again', () => {
    const { tail, server, runtime, source } = openTail();
    source.online();
    server.tails[0]?.answer(refused('draining'));
    source.offline();
    expect(runtime.timers.size).toBe(0);
    source.online();
    server.tails[1]?.answer(refused('draining'));
    tail.close();
    expect(runtime.timers.size).toBe(0);
    expect(server.leaves).toHaveLength(0);
  });
});

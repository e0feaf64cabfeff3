import { describe, expect, it } from '@jest/globals';
import { refused, stored } from '../requests.fixture.js';
import { openOutbox } from './outbox.fixture.js';

/** An outbox with frames of one message each in flight: 1, 2, 3 … */
const sending = (frames: number) => {
  const opened = openOutbox();
  opened.outbox.online();
  for (let n = 1; n <= frames; n++) void opened.flush(n);
  return opened;
};
const overLimit = (retryAfterMs: number) => refused('rate_limited', { retryAfterMs });

describe('an outbox over the rate limit', () => {
  it('waits at least as long as the server says, plus random jitter', () => {
    const { server, runtime } = sending(1);
    server.frames[0]?.answer(overLimit(2_000));
    expect([...runtime.timers.values()]).toEqual([2_200]);
  });

  it('waits no shorter than after any other refusal', () => {
    const { server, runtime } = sending(1);
    server.frames[0]?.answer(overLimit(1));
    expect([...runtime.timers.values()]).toEqual([100]);
  });

  it('sends nothing during the delay, then only the refused frame, and more with each that is accepted', () => {
    const { server, runtime, sent, flush } = sending(8);
    server.frames[0]?.answer(overLimit(500));
    for (const { answer } of server.frames.slice(1)) answer(refused('overloaded'));
    void flush(9);
    expect(sent(8)).toEqual([]);
    runtime.fireNextTimer();
    expect(sent(8)).toEqual([[1]]);
    server.frames[8]?.answer(stored(1));
    expect(sent(9)).toEqual([[2], [3]]);
    server.frames[9]?.answer(stored(2));
    expect(sent(11)).toEqual([[4], [5], [6]]);
  });

  it('begins with one frame again when it is refused again', () => {
    const { server, runtime, sent } = sending(4);
    server.frames[0]?.answer(overLimit(500));
    runtime.fireNextTimer();
    server.frames[4]?.answer(stored(1));
    server.frames[5]?.answer(overLimit(500));
    server.frames[6]?.answer(refused('overloaded'));
    expect(sent(7)).toEqual([]);
    runtime.fireNextTimer();
    expect(sent(7)).toEqual([[2]]);
  });

  it('sends newer messages after all pending ones', () => {
    const { server, runtime, sent, flush } = sending(2);
    server.frames[0]?.answer(overLimit(500));
    void flush(3);
    runtime.fireNextTimer();
    server.frames[2]?.answer(stored(1));
    runtime.endTurn();
    expect(sent(2)).toEqual([[1], [2], [3]]);
  });

  it('is not held again by an answer to what was sent before the wait', () => {
    const { server, runtime, sent } = sending(2);
    server.frames[0]?.answer(overLimit(500));
    runtime.fireNextTimer();
    server.frames[1]?.answer(refused('overloaded'));
    server.frames[2]?.answer(stored(1));
    expect(sent(3)).toEqual([[2]]);
  });

  it('sends everything at once when it is refused for another reason', () => {
    const { server, runtime, sent } = sending(3);
    server.frames[0]?.answer(refused('storage_full'));
    runtime.fireNextTimer();
    expect(sent(3)).toEqual([[1], [2], [3]]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { codes, failure, open, value } from './calls.fixture.js';
import { textOf } from './json.fixture.js';
import type { HandedOut } from './open-call.js';

describe('a call', () => {
  it('is answered by a responder with a free place', () => {
    const { make, serve, results, time } = open();
    const { invocations } = serve('a');
    make({ input: 5 });
    expect(invocations).toMatchObject([{ name: 'reserve', input: '5', attempt: 1, remainingMs: 10_000 }]);
    invocations[0]?.reply(value);
    expect(results).toEqual([value]);
    expect(time.timers).toBe(0);
  });

  it('waits for a free place, in the order of the calls', () => {
    const { make, serve } = open();
    const { invocations } = serve('a');
    for (const input of [1, 2, 3]) make({ input });
    expect(invocations.map(({ input }) => input)).toEqual(['1']);
    invocations[0]?.reply(value);
    expect(invocations.map(({ input }) => input)).toEqual(['1', '2']);
    invocations[1]?.reply(value);
    expect(invocations.map(({ input }) => input)).toEqual(['1', '2', '3']);
  });

  it('waits 2 s for somebody who answers it', () => {
    const { make, serve, results, time } = open();
    make();
    time.pass(1_999);
    const { invocations } = serve('a');
    time.pass(5_000);
    expect(results).toEqual([]);
    expect(invocations).toMatchObject([{ remainingMs: 8_001 }]);
  });

  it('has a whole number of milliseconds left', () => {
    const { make, serve, time } = open();
    make();
    time.pass(0.25);
    expect(serve('a').invocations).toMatchObject([{ remainingMs: 10_000 }]);
  });

  it('waits for 7 s after the start of the server, so that responders have connected again', () => {
    const { make, results, time } = open(1_000);
    make();
    time.pass(5_999);
    expect(results).toEqual([]);
    time.pass(1);
    expect(codes(results)).toEqual(['no_responder']);
  });

  it('fails when nobody came who answers it', () => {
    const { make, results, time } = open();
    make();
    time.pass(2_000);
    expect(codes(results)).toEqual(['no_responder']);
  });

  it('that waits for a free place fails when the last who answers it is gone, and nobody comes', () => {
    const { make, serve, calls, results, time } = open();
    serve('a');
    make({ idempotent: true });
    make();
    calls.lost('a');
    time.pass(1_999);
    expect(results).toEqual([]);
    time.pass(1);
    expect(codes(results)).toEqual(['no_responder', 'no_responder']);
  });

  it('is over with its time, and its responder is notified', () => {
    const { make, serve, results, time } = open();
    const { ended, invocations } = serve('a');
    make({ timeoutMs: 500 });
    time.pass(500);
    expect(codes(results)).toEqual(['deadline_exceeded']);
    expect(ended).toEqual([0]);
    invocations[0]?.reply(value);
    expect(results).toHaveLength(1);
  });

  it('is never handed out when its time was over before', () => {
    const { make, serve, time } = open();
    const { invocations } = serve('a');
    make();
    make({ timeoutMs: 100, input: 2 });
    time.pass(100);
    invocations[0]?.reply(value);
    expect(invocations).toHaveLength(1);
  });

  it('is cancelled while it waits, runs or backs off', () => {
    const { make, serve, results, time } = open();
    const { invocations, ended } = serve('a');
    const running = make();
    const waiting = make();
    waiting.cancel();
    running.cancel();
    invocations[0]?.reply(value);
    const backingOff = make({ retryDelayMs: () => 100 });
    invocations[1]?.reply(failure);
    backingOff.cancel();
    expect(codes(results)).toEqual(['aborted', 'aborted', 'aborted']);
    expect(ended).toEqual([0]);
    expect(time.timers).toBe(0);
  });

  it('that nobody waits for takes the place of its responder until that has replied', () => {
    const { make, serve, time } = open();
    const { invocations } = serve('a');
    make({ timeoutMs: 500 });
    time.pass(500);
    make();
    expect(invocations).toHaveLength(1);
    invocations[0]?.reply(value);
    expect(invocations).toHaveLength(2);
  });

  it('has its failure at once when its time would be over before the next try', () => {
    const { make, serve, results } = open();
    const { invocations } = serve('a');
    make({ timeoutMs: 250, retryDelayMs: () => 250 });
    invocations[0]?.reply(failure);
    expect(results).toEqual([failure]);
  });

  it('is counted with its result', () => {
    const { make, serve, counted } = open();
    const { invocations } = serve('a', 2);
    make();
    make();
    invocations[0]?.reply(value);
    invocations[1]?.reply(failure);
    expect(counted).toEqual(['reserve output', 'reserve failure']);
  });

  it('is made again after a failure that is retried, until its time is over: then it has that failure', () => {
    const { make, serve, results, time } = open();
    const { invocations } = serve('a');
    make({ timeoutMs: 250, retryDelayMs: () => 100 });
    invocations[0]?.reply(failure);
    time.pass(100);
    expect(invocations.map(({ attempt }) => attempt)).toEqual([1, 2]);
    invocations[1]?.reply(failure);
    time.pass(100);
    invocations[2]?.reply(failure);
    expect(results).toEqual([failure]);
  });
});

describe('a responder that is lost', () => {
  it('leaves the outcome of its calls unknown', () => {
    const { make, serve, calls, results } = open();
    const { ended } = serve('a');
    make();
    calls.lost('a');
    expect(codes(results)).toEqual(['outcome_unknown']);
    expect(ended).toEqual([]);
  });

  it('has its idempotent calls made again by another', () => {
    const { make, serve, calls, results } = open();
    const first = serve('a');
    make({ idempotent: true });
    const second = serve('b');
    calls.lost('a');
    expect(second.invocations).toMatchObject([{ attempt: 2 }]);
    first.invocations[0]?.reply({ kind: 'output', output: textOf('late') });
    second.invocations[0]?.reply(value);
    expect(results).toEqual([value]);
  });
});

describe('a responder that leaves', () => {
  it('answers what it has, and gets nothing more', () => {
    const { make, serve, calls, results } = open();
    const { invocations } = serve('a', 2);
    make();
    calls.leave('a');
    make();
    invocations[0]?.reply(value);
    expect(invocations).toHaveLength(1);
    expect(results).toEqual([value]);
    expect(calls.has('a')).toBe(false);
  });
});

describe('a responder whose connection takes no more', () => {
  it('is handed the waiting calls when it does again', () => {
    const { make, serve, calls } = open();
    let isReady = false;
    const { invocations } = serve('a', 2, () => isReady);
    make();
    expect(invocations).toEqual([]);
    isReady = true;
    calls.resume('a');
    expect(invocations).toHaveLength(1);
  });
});

describe('a shutdown', () => {
  it('ends the calls that no responder has, and waits for the others', () => {
    const { make, serve, calls, results } = open();
    const { invocations } = serve('a');
    make();
    make();
    calls.drain();
    expect(codes(results)).toEqual(['draining']);
    expect(calls.isIdle).toBe(false);
    invocations[0]?.reply(value);
    expect(calls.isIdle).toBe(true);
  });
});

it('10,000 calls to three responders of different speed: balanced by speed, none lost', () => {
  const { make, serve, results, time } = open();
  const counts = [1, 2, 4].map((speed) => {
    const counted = { speed, calls: 0 };
    const responder = serve(String(speed), 10);
    const seen = responder.invocations;
    const push = seen.push.bind(seen);
    seen.push = (...invocations: HandedOut[]) => {
      counted.calls += invocations.length;
      for (const { reply } of invocations) time.after(40 / speed, () => reply(value));
      return push(...invocations);
    };
    return counted;
  });
  for (let n = 0; n < 10_000; n++) make({ timeoutMs: 1_000_000 });
  time.pass(1_000_000);
  expect(results).toHaveLength(10_000);
  const slowest = counts[0]?.calls ?? 0;
  expect(counts.map(({ calls }) => Math.round(calls / slowest))).toEqual([1, 2, 4]);
});

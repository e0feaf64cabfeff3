import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import type { CallEnd } from '@typed-queue/contracts/wire';
import { idOf } from '../../engine/frames.fixture.js';
import { value } from '../calls.fixture.js';
import { PendingCalls } from './pending-calls.js';
import { WaitingCaller } from './waiting-caller.js';

const request = { callKey: idOf(1), call: 'reserve', deadline: 1_000 };

/** Calls at the time 0, whose answers are stored as `add` says; timers run when a test says so. */
const calls = (add: () => Promise<void> = async () => undefined) => {
  const timers = new Map<() => void, number>();
  const errors: unknown[] = [];
  const ended: string[] = [];
  const pending = new PendingCalls({
    answers: { add },
    clock: {
      now: () => 0,
      wallNow: () => 0,
      after: (ms, run) => {
        timers.set(run, ms);
        return () => timers.delete(run);
      },
    },
    onEnd: (call) => ended.push(call),
    onError: (error) => errors.push(error),
  });
  const results: CallEnd[] = [];
  const caller = (): WaitingCaller =>
    new WaitingCaller({ onEnd: (result) => results.push(result as CallEnd) });
  const attached = () => {
    const call = pending.add(request);
    call.attach(caller(), () => () => undefined);
    return call;
  };
  const runTimers = async (ms: number): Promise<void> => {
    for (const [run, after] of [...timers]) {
      if (after === ms && timers.delete(run)) run();
    }
    await settled();
  };
  return { pending, results, errors, ended, attached, caller, runTimers };
};
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const code = (result: CallEnd | undefined) => result?.kind === 'error' && result.error.code;

describe('a durable call without an answer', () => {
  it('has the first one that comes, and no other', async () => {
    const { pending, results, ended, attached } = calls();
    const call = attached();
    pending.end(call, value);
    pending.end(call, { kind: 'failure', failure: { code: 'late' }, reason: '' });
    await settled();
    expect([results, ended, pending.get(request.callKey)]).toEqual([[value], ['reserve'], undefined]);
  });

  it('is counted until it has one', async () => {
    const { pending, attached } = calls();
    const call = attached();
    const before = pending.countOf('reserve');
    pending.end(call, value);
    await settled();
    expect([before, pending.countOf('reserve')]).toEqual([1, 0]);
  });

  it('sends none before it is stored, which is tried again', async () => {
    let failures = 2;
    const { pending, results, errors, attached, runTimers } = calls(async () => {
      if (failures-- > 0) throw new QueueError('storage_full', 'full');
    });
    pending.end(attached(), value);
    await settled();
    expect([results, errors.length]).toEqual([[], 1]);
    await runTimers(1_000);
    await runTimers(1_000);
    expect([results, errors.length]).toEqual([[value], 2]);
  });

  it('tries no more when the server closed', async () => {
    const { pending, results, errors, attached } = calls(async () => {
      throw new QueueError('closed', 'closed');
    });
    let isStored = false;
    pending.end(attached(), value, () => (isStored = true));
    await settled();
    expect([results, errors, isStored]).toEqual([[], [], false]);
  });

  it('is over with its time', async () => {
    const { results, attached, runTimers } = calls();
    attached();
    await runTimers(1_000);
    expect(code(results[0])).toBe('deadline_exceeded');
  });

  it('sends nothing to a caller that left', async () => {
    const { pending, results, attached, caller } = calls();
    const call = attached();
    const other = caller();
    call.attach(other, () => () => undefined);
    other.leave();
    pending.end(call, value);
    await settled();
    expect(results).toEqual([value]);
  });
});

describe('the room for durable calls', () => {
  const full = (): PendingCalls => {
    const { pending } = calls();
    for (let n = 0; n < 50_000; n++) {
      pending.add({ callKey: idOf(n), principal: 'shop', call: 'reserve', deadline: 1_000 });
    }
    return pending;
  };

  it('is not all taken by one principal', () => {
    expect(() => full().checkRoom('shop')).toThrow('"shop" has 50000, and 50000 are free');
  });

  it('is there for others then', () => {
    expect(() => full().checkRoom('mail')).not.toThrow();
  });

  it('comes back with answers', async () => {
    const pending = full();
    const first = pending.get(idOf(0));
    if (first !== undefined) pending.end(first, value);
    await settled();
    expect(() => pending.checkRoom('shop')).not.toThrow();
  });
});

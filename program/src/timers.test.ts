import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { after, unrefAfter } from './timers.js';

const started: NodeJS.Timeout[] = [];

beforeEach(() => {
  const { setTimeout } = globalThis;
  jest.spyOn(globalThis, 'setTimeout').mockImplementation((run, ms) => {
    const timer = setTimeout(run, ms);
    started.push(timer);
    return timer;
  });
});
afterEach(() => {
  for (const timer of started.splice(0)) clearTimeout(timer);
  jest.restoreAllMocks();
});

describe.each([
  { name: 'after', start: after, keepsAlive: true },
  { name: 'unrefAfter', start: unrefAfter, keepsAlive: false },
])('the timer $name', ({ start, keepsAlive }) => {
  it('runs once its time is over', async () => {
    await new Promise<void>((resolve) => start(0, resolve));
  });

  it(`${keepsAlive ? 'keeps' : 'does not keep'} the process alive`, () => {
    start(1_000_000, () => undefined);
    expect(started.map((timer) => timer.hasRef())).toEqual([keepsAlive]);
  });

  it('does not run when it is cancelled', async () => {
    const run = jest.fn();
    start(0, run)();
    await new Promise<void>((resolve) => after(1, resolve));
    expect(run).not.toHaveBeenCalled();
  });
});

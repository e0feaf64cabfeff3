import { expect, it } from '@jest/globals';
import { Timers } from './timers.js';

it('runs what is not given up, and nothing after it is closed', async () => {
  const timers = new Timers();
  const ran: string[] = [];
  timers.after(0, () => ran.push('given up'))();
  await new Promise<void>((resolve) => {
    timers.after(1, resolve);
  });
  timers.after(0, () => ran.push('closed'));
  timers.close();
  timers.after(0, () => ran.push('late'));
  // Node runs timers of one delay in the order in which they were started.
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(ran).toEqual([]);
});

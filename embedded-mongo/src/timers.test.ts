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
  await new Promise((resolve) => setTimeout(resolve, 2));
  expect(ran).toEqual([]);
});

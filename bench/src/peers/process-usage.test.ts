import { expect, it } from '@jest/globals';
import { familyOf, parseStat } from './process-usage.js';

const line = (pid: number, parent: number, command: string): string =>
  `${pid} (${command}) S ${parent} 1 1 0 -1 4194304 1 2 3 4 150 50 0 0 20 0 1 0 5 1000000 300 0\n`;

it('CPU time is user and system time, memory is what is resident', () => {
  expect(parseStat(line(7, 1, 'redis-server'))).toEqual({
    pid: 7,
    parent: 1,
    cpuMs: 2_000,
    bytes: 1_228_800,
  });
});

it('a command may contain parentheses and spaces', () => {
  expect(parseStat(line(7, 3, 'a) b (c'))).toMatchObject({ pid: 7, parent: 3 });
});

it('a family is a process and all below it', () => {
  const stats = [
    line(1, 0, 'init'),
    line(5, 1, 'sh'),
    line(6, 5, 'beam'),
    line(7, 6, 'inet'),
    line(8, 1, 'other'),
  ];
  expect(familyOf(5, stats.map(parseStat)).map(({ pid }) => pid)).toEqual([5, 6, 7]);
});

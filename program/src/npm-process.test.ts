import { describe, expect, it } from '@jest/globals';
import { isNpm, npmProcessOf } from './npm-process.js';

const machine = (processes: Readonly<Record<number, string>>) => (pid: number) => processes[pid];

describe('the npm that started a program', () => {
  it('is above its shell', () => {
    expect(npmProcessOf(20, machine({ 20: '20 (sh) S 10 20 1 0 -1', 10: '10 (npm start) S 5 10 1' }))).toBe(
      10,
    );
  });

  it('is the parent when its shell has become the program', () => {
    expect(npmProcessOf(10, machine({ 10: '10 (npm start) S 5 10 1 0 -1' }))).toBe(10);
  });

  it('is not looked for above a parent whose name only looks like that of a shell', () => {
    expect(npmProcessOf(20, machine({ 20: '20 (a (sh) S 3) S 10 20 1' }))).toBe(20);
  });

  it('is not known on other systems', () => {
    expect(npmProcessOf(20, machine({}))).toBeUndefined();
  });

  it.each([
    ['npm exec typed-', true],
    ['npm run server', true],
    ['npx', true],
    ['node', false],
    ['npmlike', false],
  ])('is known by its title: %s %s', (title, expected) => {
    expect(isNpm(10, machine({ 10: `10 (${title}) S 5 10 1` }))).toBe(expected);
  });

  it('is read from this system without a failure', () => {
    expect(npmProcessOf(process.ppid) ?? 1).toBeGreaterThan(0);
  });
});

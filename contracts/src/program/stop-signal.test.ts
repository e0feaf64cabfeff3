import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { stopSignal } from './stop-signal.js';

class FakeProcess extends EventEmitter {
  readonly exits: number[] = [];

  exit(code: number): void {
    this.exits.push(code);
  }
}

const start = () => {
  const process = new FakeProcess();
  const clock = { now: 5_000 };
  return { process, clock, signal: stopSignal(process, () => clock.now) };
};

describe('stopSignal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('aborts at %s with the exit code %d as its reason', (name, code) => {
    const { process, signal } = start();
    expect(signal.aborted).toBe(false);
    process.emit(name);
    expect(signal).toMatchObject({ aborted: true, reason: code });
    expect(process.exits).toEqual([]);
  });

  it('takes what comes within a second for the same key press', () => {
    const { process, clock, signal } = start();
    process.emit('SIGINT');
    clock.now += 1_000;
    process.emit('SIGINT');
    process.emit('SIGTERM');
    expect(process.exits).toEqual([]);
    expect(signal.reason).toBe(130);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('exits at once at a second signal, %s, after that', (name, code) => {
    const { process, clock } = start();
    process.emit('SIGINT');
    clock.now += 1_001;
    process.emit(name);
    expect(process.exits).toEqual([code]);
  });
});

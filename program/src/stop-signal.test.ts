import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { stopSignal, type Signalled } from './stop-signal.js';

class FakeProcess extends EventEmitter {
  readonly exits: number[] = [];
  readonly env: Record<string, string>;
  readonly channel: Signalled['channel'];
  ppid = 7;

  constructor(env: Record<string, string>, channel: Signalled['channel']) {
    super();
    this.env = env;
    this.channel = channel;
  }

  exit(code: number): void {
    this.exits.push(code);
  }
}

const start = (env: Record<string, string> = {}, channel?: Signalled['channel'], isNpm = true) => {
  const process = new FakeProcess(env, channel);
  const clock = { now: 5_000 };
  const checks: (() => void)[] = [];
  const timers = { now: () => clock.now, every: (_: number, run: () => void) => void checks.push(run) };
  const npm: { pid: number | undefined } = { pid: 6 };
  const signal = stopSignal(process, undefined, timers, { npmOf: () => npm.pid, isNpm: () => isNpm });
  return { process, clock, signal, npm, check: () => checks.forEach((run) => run()) };
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

  it('aborts at SIGHUP where that is asked for', () => {
    const process = new FakeProcess({}, undefined);
    const signal = stopSignal(process, ['SIGINT', 'SIGTERM', 'SIGHUP']);
    process.emit('SIGHUP');
    expect(signal).toMatchObject({ aborted: true, reason: 129 });
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

  it('aborts a program that npm started when the shell between them is gone', () => {
    const { process, signal, check } = start({ npm_lifecycle_event: 'start' });
    check();
    expect(signal.aborted).toBe(false);
    process.ppid = 1;
    check();
    expect(signal).toMatchObject({ aborted: true, reason: 143 });
  });

  it('aborts a program whose npm was killed while the shell between them runs on', () => {
    const { npm, signal, check } = start({ npm_lifecycle_event: 'start' });
    npm.pid = undefined;
    check();
    expect(signal.aborted).toBe(false);
    npm.pid = 1;
    check();
    expect(signal).toMatchObject({ aborted: true, reason: 143 });
  });

  it.each([{ npm_lifecycle_event: 'server' }, { npm_command: 'exec' }])(
    'aborts a program that npm started with %j when npm is gone',
    (env) => {
      const { npm, signal, check } = start(env);
      check();
      expect(signal.aborted).toBe(false);
      npm.pid = 1;
      check();
      expect(signal).toMatchObject({ aborted: true, reason: 143 });
    },
  );

  it.each([{ npm_lifecycle_event: 'server' }, { npm_command: 'exec' }])(
    'lets a program with %j, but without npm above it, outlive its parent',
    (env) => {
      const { process, signal, check } = start(env, undefined, false);
      process.ppid = 1;
      check();
      expect(signal.aborted).toBe(false);
    },
  );

  it('aborts a program whose parent closes its channel', () => {
    const { process, signal } = start({}, { unref: () => undefined });
    process.emit('disconnect');
    expect(signal).toMatchObject({ aborted: true, reason: 143 });
  });

  it('does not keep a program alive for its channel', () => {
    let unrefs = 0;
    start({}, { unref: () => unrefs++ });
    expect(unrefs).toBe(1);
  });

  it('lets a program that was started otherwise outlive its parent', () => {
    const { process, signal, check } = start();
    process.ppid = 1;
    check();
    expect(signal.aborted).toBe(false);
  });
});

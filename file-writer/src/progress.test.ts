import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import colors from 'picocolors';
import { progressOn, SILENT } from './progress.js';

const CLEAR = '\r\u001b[K';
const plain = colors.createColors(false);

/** A terminal and a clock by hand. */
const terminal = (colored = plain) => {
  const stderr = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true });
  const clock = { ms: 1_000 };
  const progress = progressOn(stderr, { TERM: 'xterm' }, colored, () => clock.ms);
  return { progress, clock, shown: () => String(stderr.read() ?? '') };
};

const lineOf = (text: string): string => `${CLEAR}\u001b[?7l${text}\u001b[?7h`;

describe('progressOn a terminal', () => {
  it('shows nothing of what is done in less than half a second', () => {
    const { progress, clock, shown } = terminal();
    progress.start(100e6);
    progress.begin('/a', 100e6);
    clock.ms += 499;
    progress.advance(100e6);
    progress.hide();
    expect(shown()).toBe('');
  });

  it('shows what is done of all files, the rate, and the file in hand', () => {
    const { progress, clock, shown } = terminal();
    progress.start(200e6);
    progress.begin('/a', 50e6);
    progress.advance(50e6);
    progress.begin('/b', 150e6);
    clock.ms += 2_000;
    progress.advance(50e6);
    expect(shown()).toBe(
      lineOf(`${'█'.repeat(12)}${'░'.repeat(12)} 50%  100.0 MB of 200.0 MB  50.0 MB/s  /b`),
    );
  });

  it('shows large sizes in GB', () => {
    const { progress, clock, shown } = terminal();
    progress.start(4e9);
    progress.begin('/a', 4e9);
    clock.ms += 1_000;
    progress.advance(1e9);
    expect(shown()).toContain(' 25%  1.00 GB of 4.00 GB  1.00 GB/s  /a');
  });

  it('redraws no more than ten times a second', () => {
    const { progress, clock, shown } = terminal();
    progress.start(100);
    progress.begin('/a', 100);
    clock.ms += 500;
    let drawn = 0;
    for (let ms = 0; ms < 1_000; ms++, clock.ms++) {
      progress.advance(0.1);
      if (shown() !== '') drawn++;
    }
    expect(drawn).toBe(10);
  });

  it('takes the line away once, and draws it again with the next advance', () => {
    const { progress, clock, shown } = terminal();
    progress.start(100);
    progress.begin('/a', 100);
    clock.ms += 500;
    progress.advance(1);
    shown();
    progress.hide();
    progress.hide();
    expect(shown()).toBe(CLEAR);
    clock.ms += 100;
    progress.advance(1);
    expect(shown()).toContain(' 2%  ');
  });

  it('counts a file that failed as done, but not in the rate', () => {
    const { progress, clock, shown } = terminal();
    progress.start(100e6);
    progress.begin('/failed', 90e6);
    progress.begin('/b', 10e6);
    clock.ms += 1_000;
    progress.advance(5e6);
    expect(shown()).toContain(' 95%  95.0 MB of 100.0 MB  5.0 MB/s  /b');
  });

  it('never shows more than all, though a file grows', () => {
    const { progress, clock, shown } = terminal();
    progress.start(10e6);
    progress.begin('/a', 10e6);
    clock.ms += 1_000;
    progress.advance(30e6);
    expect(shown()).toContain(`${'█'.repeat(24)} 100%  10.0 MB of 10.0 MB  30.0 MB/s`);
  });

  it('is whole when there was nothing to count', () => {
    const { progress, clock, shown } = terminal();
    progress.start(0);
    progress.begin('/proc/a', 0);
    clock.ms += 1_000;
    progress.advance(1);
    expect(shown()).toContain(' 100%  0.0 MB of 0.0 MB');
  });

  it('shows what acts on a terminal', () => {
    const { progress, clock, shown } = terminal();
    progress.start(1);
    progress.begin('/a\n\u001b[2J', 1);
    clock.ms += 1_000;
    progress.advance(1);
    expect(shown()).toContain('/a\\u000a\\u001b[2J\u001b[?7h');
  });

  it('has colours where they are wanted', () => {
    const { progress, clock, shown } = terminal(colors.createColors(true));
    progress.start(1);
    progress.begin('/a', 1);
    clock.ms += 1_000;
    progress.advance(1);
    expect(shown()).toContain(`\u001b[36m${'█'.repeat(24)}\u001b[39m 100%`);
  });
});

describe('progressOn anything else', () => {
  it('is silent', () => {
    const piped = new PassThrough();
    expect(progressOn(piped, { TERM: 'xterm' }, plain, () => 0)).toBe(SILENT);
    const dumb = Object.assign(new PassThrough(), { isTTY: true });
    expect(progressOn(dumb, { TERM: 'dumb' }, plain, () => 0)).toBe(SILENT);
  });
});

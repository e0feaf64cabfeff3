import { describe, expect, it } from '@jest/globals';
import { parseCommand } from './command-line.js';

describe('parseCommand', () => {
  it('takes files, and 30 seconds by default', () => {
    expect(parseCommand(['a.txt', 'b.txt'])).toEqual({
      kind: 'write',
      files: ['a.txt', 'b.txt'],
      timeoutMs: 30_000,
    });
  });

  it.each([
    [['--timeout', '5', 'a'], 5_000],
    [['a', '--timeout=0.5'], 500],
    [['--timeout', '0', 'a'], 0],
    [['--timeout', '86400', 'a'], 86_400_000],
  ])('takes seconds: %j', (args, timeoutMs) => {
    expect(parseCommand(args)).toEqual({ kind: 'write', files: ['a'], timeoutMs });
  });

  it('takes everything after -- for files', () => {
    expect(parseCommand(['--', '--help'])).toMatchObject({ kind: 'write', files: ['--help'] });
  });

  it('shows help, with or without a file', () => {
    expect(parseCommand(['--help'])).toEqual({ kind: 'help' });
    expect(parseCommand(['a', '--help'])).toEqual({ kind: 'help' });
  });

  it.each([
    [[], 'no file is named'],
    [['--timeout', 'soon', 'a'], '--timeout "soon": allowed: seconds from 0 to 86400'],
    [['--timeout=-1', 'a'], '--timeout "-1": allowed: seconds from 0 to 86400'],
    [['--timeout', '86401', 'a'], '--timeout "86401": allowed: seconds from 0 to 86400'],
    [['--timeout=', 'a'], '--timeout "": allowed: seconds from 0 to 86400'],
    [['--upper', 'a'], expect.stringContaining("Unknown option '--upper'")],
    [['a', '--timeout'], expect.stringContaining("'--timeout <value>' argument missing")],
  ])('refuses %j', (args, problem) => {
    expect(parseCommand(args)).toEqual({ kind: 'wrong', problem });
  });
});

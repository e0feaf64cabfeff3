import { describe, expect, it } from '@jest/globals';
import { printableLog } from './printable-log.js';

/** An escape, a line feed, a right-to-left override, a zero-width space and a tag character. */
const HOSTILE = String.fromCodePoint(0x1b, 0x0a, 0x202e, 0x200b, 0xe0041);
const SHOWN = '\\u001b\\u000a\\u202e\\u200b\\udb40\\udc41';

const written = (entry: unknown, format?: (entry: unknown) => string): string => {
  const lines: string[] = [];
  printableLog({ write: (text) => lines.push(text) }, format).write(`${JSON.stringify(entry)}\n`);
  return lines.join('');
};

describe('a log', () => {
  it('as JSON has one line an entry, without characters that act or hide, and the same meaning', () => {
    const line = written({ msg: HOSTILE });
    expect(line).toMatch(/^[ -~]*\n$/);
    expect(JSON.parse(line)).toEqual({ msg: HOSTILE });
  });

  it('for people shows such characters as their numbers, in nested values as well', () => {
    let seen: unknown;
    const format = (entry: unknown): string => {
      seen = entry;
      return 'formatted';
    };
    expect(written({ level: 30, msg: HOSTILE, err: { message: HOSTILE } }, format)).toBe('formatted');
    expect(seen).toEqual({ level: 30, msg: SHOWN, err: { message: SHOWN } });
  });

  it('for people keeps the lines of a stack', () => {
    const format = (entry: unknown): string => JSON.stringify(entry);
    const stack = `Error: x\n    at a.js${String.fromCodePoint(0x1b)}`;
    expect(JSON.parse(written({ err: { stack } }, format))).toEqual({
      err: { stack: 'Error: x\n    at a.js\\u001b' },
    });
  });
});

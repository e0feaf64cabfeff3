import { expect, it } from '@jest/globals';
import { pino, type Logger } from 'pino';
import { warnOnce } from './warn-once.js';

let lines: string[];
const loggerOf = (): Logger => {
  lines = [];
  return pino({ level: 'warn' }, { write: (line: string) => lines.push(line) });
};

it('what several parts of a server notice is one line', () => {
  const logger = loggerOf();
  for (const text of ['one', 'one', 'other', 'one']) warnOnce(logger, text);
  expect(lines).toHaveLength(2);
});

it('another server has a line of its own', () => {
  warnOnce(loggerOf(), 'one');
  warnOnce(loggerOf(), 'one');
  expect(lines).toHaveLength(1);
});

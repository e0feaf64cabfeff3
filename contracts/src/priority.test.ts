import { describe, expect, it } from '@jest/globals';
import { QueueError } from './errors.js';
import { checkPriority, storedPriority } from './priority.js';

describe('the priority that a publisher gives', () => {
  it.each([
    [undefined, 0],
    [0, 0],
    [9, 9],
    ['0', 0],
    ['7', 7],
  ])('%p is %i', (value, priority) => {
    expect(checkPriority(value)).toBe(priority);
  });

  it.each([
    -1,
    10,
    1.5,
    NaN,
    Infinity,
    '',
    '10',
    '-1',
    ' 7',
    '٣',
    'high',
    null,
    true,
    {},
    [1],
    7n,
    Symbol('7'),
  ])('is refused when it is %p', (value) => {
    const text = 'The header "priority" of a message is a whole number from 0 to 9';
    expect(() => checkPriority(value)).toThrow(QueueError);
    expect(() => checkPriority(value)).toThrow(text);
  });

  it('is refused with a short text, however long it is', () => {
    expect(() => checkPriority('9'.repeat(10_000))).toThrow(/^.{100,250}$/);
  });
});

describe('the priority in the headers of a stored message', () => {
  it.each([
    [{}, 0],
    [{ priority: '8' }, 8],
    [{ priority: 'high' }, 0],
  ])('%p is %i', (headers, priority) => {
    expect(storedPriority(headers)).toBe(priority);
  });
});

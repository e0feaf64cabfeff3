import { readJson, type ReadJson } from './read-json.js';

const NUMBER = /^\s*-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?\s*$/;

/** The number that a text is, where it is exactly that; nothing is none. */
export const readNumber = (text: string): ReadJson => {
  if (text.trim() === '') return { kind: 'value', value: undefined };
  return NUMBER.test(text)
    ? readJson(text)
    : { kind: 'unreadable', reason: 'Write a number, such as 12, -0.5 or 1e6.' };
};

import { describe, expect, it } from '@jest/globals';
import { QueryClient } from '@tanstack/react-query';
import type { DeadLetter, DeadLetterPage } from '@typed-queue/contracts';
import { letterAt } from './letter-queries.js';

const letter: DeadLetter = {
  position: 1,
  group: 'g',
  epoch: 'e',
  seq: 1,
  code: 'rejected',
  reason: '',
  time: 1,
  handouts: 1,
  failures: [],
  message: null,
};

describe('a letter that is shown', () => {
  /** What is shown after each answer. */
  const shown = async (...answers: readonly (readonly DeadLetter[])[]) => {
    const left = [...answers];
    const deadLetters = async (): Promise<DeadLetterPage> => ({
      letters: left.shift() ?? [],
      gaps: [],
      next: null,
    });
    const queries = new QueryClient();
    const seen = [];
    for (const _ of answers) seen.push(await queries.query(letterAt({ admin: { deadLetters } }, 'q', 1)));
    return seen;
  };

  it('stays when it goes', async () => {
    expect(await shown([letter], [])).toEqual([
      { letter, isGone: false },
      { letter, isGone: true },
    ]);
  });

  it('is null when it was gone before', async () => {
    expect(await shown([])).toEqual([null]);
  });
});

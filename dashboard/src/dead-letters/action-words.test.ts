import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { actInWords, type ActionRun } from './action-words.js';

const WORDS = {
  done: (letters: number) => `${letters} done`,
  cancelled: (soFar: number | undefined, isUnknown: boolean) =>
    `stopped after ${isUnknown ? 'at least ' : ''}${soFar ?? 'none'}`,
};

describe('an action with letters', () => {
  const runOf = (act: (run: ActionRun<number>) => Promise<number>, stop = new AbortController()) => {
    const seen: number[] = [];
    const progress = (soFar: number): void => void seen.push(soFar);
    return { seen, text: actInWords(act, { signal: stop.signal, progress }, WORDS) };
  };

  /** One that is stopped after some reports. */
  const stopped = (reports: readonly number[], error: Error) => {
    const stop = new AbortController();
    const act = async ({ progress }: ActionRun<number>): Promise<number> => {
      for (const report of reports) progress(report);
      stop.abort();
      throw error;
    };
    return runOf(act, stop).text;
  };

  it('says what it did', async () => {
    expect(await runOf(async () => 7).text).toBe('7 done');
  });

  it('reports while it runs', async () => {
    const { seen, text } = runOf(async ({ progress }) => {
      progress(1);
      progress(2);
      return 3;
    });
    await text;
    expect(seen).toEqual([1, 2]);
  });

  it('that is stopped says what it had done', async () => {
    expect(await stopped([1, 2], new Error('aborted'))).toBe('stopped after 2');
    expect(await stopped([], new Error('aborted'))).toBe('stopped after none');
  });

  it('that is stopped while a page is under way says that it may have done more', async () => {
    const unknown = new QueueError('outcome_unknown', 'not awaited');
    expect(await stopped([2], unknown)).toBe('stopped after at least 2');
  });

  it('that fails is no stopped one', async () => {
    await expect(runOf(async () => Promise.reject(new Error('no disk'))).text).rejects.toThrow('no disk');
  });
});

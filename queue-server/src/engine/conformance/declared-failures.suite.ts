import { expect } from '@jest/globals';
import type { DeadLetter } from '@typed-queue/contracts';
import type { Outcome } from '@typed-queue/contracts/wire';
import type { Guarantee } from './guarantee.fixture.js';
import { LEASE_MS, QUEUE, type Trial } from './trial.fixture.js';
import type { TrialGroup } from './trial-group.fixture.js';

const mailDown = (host: string): Outcome => ({
  kind: 'retry',
  delayMs: 0,
  reason: 'no answer',
  failure: { code: 'mail_down', data: { host } },
});
const soldOut: Outcome = {
  kind: 'dead-letter',
  reason: 'none left',
  failure: { code: 'sold_out', data: { article: 7 } },
};

/** For engines that forget everything at a restart. */
export const DECLARED_FAILURES_KEPT_OVER_A_RESTART = [
  'keeps a declared failure of a pending message over a restart',
  'keeps the code and data of dead letters over a restart',
  'keeps the declared failures of a redriven message over a restart',
] as const;

const settleNext = async (group: TrialGroup, outcome: Outcome): Promise<void> =>
  group.settleDurably('a', (await group.mustClaim('a')).token, outcome);

const onlyLetter = async (trial: Trial): Promise<DeadLetter | undefined> => {
  const { letters } = await trial.deadLetters.list({});
  expect(letters).toHaveLength(1);
  return letters[0];
};

const historyOf = (letter: DeadLetter | undefined): unknown[] =>
  (letter?.failures ?? []).map(({ kind, code, data }) => [kind, code, data]);

export const declaredFailures = (guarantee: Guarantee): void => {
  guarantee('gives a dead letter the code and the data of the failure that made it one', async (trial) => {
    await trial.append([1]);
    await settleNext(await trial.group(), soldOut);
    const letter = await onlyLetter(trial);
    expect(letter).toMatchObject({ code: 'sold_out', data: { article: 7 }, reason: 'none left' });
    expect(historyOf(letter)).toEqual([['rejected', 'sold_out', { article: 7 }]]);
  });

  guarantee('has no data in a dead letter whose failure has none', async (trial) => {
    await trial.append([1]);
    await settleNext(await trial.group(), { kind: 'dead-letter', failure: { code: 'sold_out' } });
    const letter = await onlyLetter(trial);
    expect([Object.keys(letter ?? {}), Object.keys(letter?.failures[0] ?? {})].flat()).not.toContain('data');
  });

  guarantee('gives a dead letter the last declared failure when no attempt is left', async (trial) => {
    await trial.append([1]);
    const group = await trial.group({ settings: { maxAttempts: 3 } });
    for (const host of ['one', 'two', 'three']) await settleNext(group, mailDown(host));
    const letter = await onlyLetter(trial);
    expect(letter).toMatchObject({ code: 'mail_down', data: { host: 'three' } });
    expect(historyOf(letter)).toEqual([
      ['failed', 'mail_down', undefined],
      ['failed', 'mail_down', undefined],
      ['failed', 'mail_down', { host: 'three' }],
    ]);
  });

  guarantee('gives up by the last failure, not by a declared one before it', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    await settleNext(group, mailDown('one'));
    await settleNext(group, { kind: 'dead-letter', reason: 'never' });
    const letter = await onlyLetter(trial);
    expect(letter).toMatchObject({ code: 'rejected', reason: 'never' });
    expect(letter?.data).toBeUndefined();
    expect(historyOf(letter)).toEqual([
      ['failed', 'mail_down', undefined],
      ['rejected', undefined, undefined],
    ]);
  });

  guarantee('knows no declared failure of a message whose last holder was lost', async (trial) => {
    await trial.append([1]);
    const group = await trial.group({ settings: { maxAttempts: 2 } });
    await settleNext(group, mailDown('one'));
    await group.mustClaim('a');
    trial.time.pass(LEASE_MS);
    await trial.eventually(() => trial.groups[0]?.deadLetters === 1);
    const letter = await onlyLetter(trial);
    expect([letter?.code, letter?.data]).toEqual(['attempts_exhausted', undefined]);
  });

  guarantee('finds and counts dead letters by declared codes', async (trial) => {
    await trial.append([1, 2, 3]);
    const group = await trial.group({ settings: { maxAttempts: 1 } });
    const { token } = await group.mustClaim('a');
    await group.settleDurably('a', token, mailDown('one'), [[2, 2]]);
    await group.settleDurably('a', token, soldOut);
    const seqs = async (code: string) =>
      (await trial.deadLetters.list({ code })).letters.map(({ seq }) => seq);
    expect([await seqs('mail_down'), await seqs('sold_out'), await seqs('rejected')]).toEqual([
      [2],
      [1, 3],
      [],
    ]);
    const counts = trial.reported.filter((event) => event.startsWith('dead-lettered'));
    expect(counts[0]).toBe('dead-lettered files g mail_down 1');
    expect(counts.slice(1).every((event) => event.includes('sold_out'))).toBe(true);
  });

  guarantee('keeps code and data of a message that the log had lost', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    await trial.engine.queue(QUEUE).trim(2);
    await group.settleDurably('a', token, soldOut);
    expect(await onlyLetter(trial)).toMatchObject({
      message: null,
      code: 'sold_out',
      data: { article: 7 },
    });
  });

  guarantee('keeps declared failures when a letter is edited, redriven and given up again', async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    await settleNext(group, soldOut);
    const edited = await trial.deadLetters.edit(1, { number: 1, text: 'better' });
    expect(edited).toMatchObject({ code: 'sold_out', data: { article: 7 } });
    await trial.deadLetters.redrive(edited === undefined ? [] : [edited]);
    await settleNext(group, { kind: 'dead-letter', failure: { code: 'no_buyer' } });
    const letter = await onlyLetter(trial);
    expect([letter?.code, letter?.data]).toEqual(['no_buyer', undefined]);
    expect(historyOf(letter)).toEqual([
      ['rejected', 'sold_out', undefined],
      ['rejected', 'no_buyer', undefined],
    ]);
  });

  const [pending, dead, redriven] = DECLARED_FAILURES_KEPT_OVER_A_RESTART;

  guarantee(pending, async (trial) => {
    await trial.append([1]);
    const group = await trial.group({ settings: { maxAttempts: 2 } });
    await settleNext(group, mailDown('one'));
    await trial.restart();
    await trial.group();
    await settleNext(group, mailDown('two'));
    const letter = await onlyLetter(trial);
    expect(letter).toMatchObject({ code: 'mail_down', data: { host: 'two' } });
    expect(historyOf(letter)).toEqual([
      ['failed', 'mail_down', undefined],
      ['failed', 'mail_down', { host: 'two' }],
    ]);
  });

  guarantee(dead, async (trial) => {
    await trial.append([1]);
    await settleNext(await trial.group(), soldOut);
    const before = await onlyLetter(trial);
    await trial.restart();
    expect(before?.code).toBe('sold_out');
    expect(await onlyLetter(trial)).toEqual(before);
  });

  guarantee(redriven, async (trial) => {
    await trial.append([1]);
    const group = await trial.group();
    await settleNext(group, soldOut);
    await trial.deadLetters.redrive((await trial.deadLetters.list({})).letters);
    await trial.restart();
    await trial.group();
    await settleNext(group, mailDown('one'));
    await settleNext(group, { kind: 'dead-letter' });
    expect(historyOf(await onlyLetter(trial))).toEqual([
      ['rejected', 'sold_out', undefined],
      ['failed', 'mail_down', undefined],
      ['rejected', undefined, undefined],
    ]);
  });
};

import { outOfOrder } from '../loss-checker.js';
import { QUEUES, type RollingQueue } from './rolling-contract.js';
import { GROUPS } from './rolling-member.js';
import type { Handling, RollingRecord } from './rolling-record.js';

/** How many numbers a problem lists at most. */
const MAX_LISTED = 10;

export interface RollingCounts {
  readonly sent: number;
  readonly receipts: number;
  readonly handled: number;
  readonly answeredCalls: number;
  /** Not durable, and without an answer. */
  readonly cutCalls: number;
  /** Deliveries with a higher attempt, although no handler failed. */
  readonly burntAttempts: number;
  /** Handlings of what was handled before. */
  readonly handledAgain: number;
  /** Of those, where the handler knew that its lease was lost. */
  readonly cutBefore: number;
}

export const countsOf = ({ sent, receipts, handlings, answers, cutCalls }: RollingRecord): RollingCounts => {
  const again = repeatsIn(handlings);
  return {
    sent,
    receipts: receipts.length,
    handled: handlings.length,
    answeredCalls: answers,
    cutCalls,
    burntAttempts: burntIn(handlings).length,
    handledAgain: again.length,
    cutBefore: again.filter(({ before }) => before.isCut).length,
  };
};

/** What must not happen and did. A message may be handled again, uncounted: that is counted alone. */
export const problemsOf = (record: RollingRecord): string[] => {
  const { sent, receipts, errors, callErrors, handlings } = record;
  const burnt = burntIn(handlings).map(({ number }) => number);
  return [
    ...[...errors].map(([error, count]) => `a publisher saw ${count} times: ${error}`),
    ...[...callErrors].map(([error, count]) => `a caller saw ${count} times: ${error}`),
    ...(sent === receipts.length ? [] : [`${sent} sent, ${receipts.length} with a receipt`]),
    ...listed('delivered with a higher attempt', burnt),
    ...listed('stored twice', storedTwice(handlings)),
    ...QUEUES.flatMap((queue) => Object.keys(GROUPS).flatMap((group) => problemsIn(queue, group, record))),
  ];
};

const problemsIn = (queue: RollingQueue, group: string, record: RollingRecord): string[] => {
  const receipts = record.receipts.filter((receipt) => receipt.queue === queue);
  const handlings = record.handlings.filter((each) => each.queue === queue && each.group === group);
  const numbers = receipts.map(({ number }) => number);
  const early = outOfOrder(handlings).map(({ seq }) => seq);
  return [
    ...listed(`not handled by group ${group} of ${queue}`, missing(numbers, handlings)),
    ...listed(`handled before an earlier one by group ${group} of ${queue}`, early),
  ];
};

/** Resolved when each group has handled what has a receipt. */
export const isDrained = ({ receipts, handlings }: RollingRecord): boolean => {
  const done = new Set(handlings.map(({ queue, group, number }) => `${queue} ${group} ${number}`));
  return receipts.every(({ queue, number }) =>
    Object.keys(GROUPS).every((group) => done.has(`${queue} ${group} ${number}`)),
  );
};

/** A handling, and the one of the same message before it. */
interface Repeat {
  readonly before: Handling;
  readonly again: Handling;
}

const repeatsIn = (handlings: readonly Handling[]): Repeat[] => {
  const last = new Map<string, Handling>();
  return handlings.flatMap((again) => {
    const name = `${again.queue} ${again.group} ${again.seq}`;
    const before = last.get(name);
    last.set(name, again);
    return before === undefined ? [] : [{ before, again }];
  });
};

const burntIn = (handlings: readonly Handling[]): Handling[] =>
  handlings.filter(({ attempt }) => attempt > 1);

const missing = (numbers: readonly number[], handlings: readonly Handling[]): number[] => {
  const done = new Set(handlings.map(({ number }) => number));
  return numbers.filter((number) => !done.has(number));
};

/** Messages that have more than one seq. */
const storedTwice = (handlings: readonly Handling[]): number[] => {
  const seqs = new Map<number, number>();
  const twice = handlings.filter(({ number, seq }) => {
    const known = seqs.get(number) ?? seq;
    seqs.set(number, known);
    return known !== seq;
  });
  return [...new Set(twice.map(({ number }) => number))];
};

const listed = (what: string, numbers: readonly number[]): string[] =>
  numbers.length === 0
    ? []
    : [`${what}: ${numbers.length} messages (${numbers.slice(0, MAX_LISTED).join(', ')})`];

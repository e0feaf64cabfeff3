import type { Gap, Range, Reset } from '@typed-queue/contracts';
import { setImmediate as turn } from 'node:timers/promises';
import type { Claimed } from '../engine/claim.js';
import type { Receiver } from './member.js';

export const upTo = ([from, to]: Range): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

export interface Recorder extends Receiver {
  readonly grants: Claimed[];
  readonly revoked: { readonly token: number; readonly ranges: readonly Range[] }[];
  readonly gaps: (Gap | Reset)[];
  /** The numbers of unsettled messages in its `stalled` notices. */
  readonly stalls: number[];
  /** The numbers of dead letters in its notices. */
  readonly expired: number[];
  /** The events in its `passedOver` notices, as `event seq`. */
  readonly passed: string[];
  /** Its client sends a packet. */
  send(): void;
  /** The seqs of each grant. */
  seqs(): number[][];
}

/** A receiver that records what it is sent. */
export const recorder = (): Recorder => {
  const grants: Claimed[] = [];
  const revoked: Recorder['revoked'] = [];
  const gaps: (Gap | Reset)[] = [];
  const stalls: number[] = [];
  const expired: number[] = [];
  const passed: string[] = [];
  const listeners: (() => void)[] = [];
  return {
    grants,
    revoked,
    gaps,
    stalls,
    expired,
    passed,
    passedOver: (event, firstSeq) => void passed.push(`${event} ${firstSeq}`),
    grant: (claimed) => void grants.push(claimed),
    revoke: (token, ranges) => void revoked.push({ token, ranges }),
    gap: (gap) => void gaps.push(gap),
    stalled: (unsettled) => void stalls.push(unsettled),
    deadLettersExpired: (letters) => void expired.push(letters),
    onceHeard: (listener) => void listeners.push(listener),
    send: () => {
      for (const listener of listeners.splice(0)) listener();
    },
    seqs: () => grants.map(({ frames }) => frames.flatMap((frame) => upTo([frame.firstSeq, frame.lastSeq]))),
  };
};

/** Resolves when the event loop has nothing more to run. */
export const eventLoopIdle = async (): Promise<void> => {
  for (let turns = 0; turns < 50; turns++) await turn();
};

/** A promise that a test resolves. */
export const later = (): { promise: Promise<void>; resolve: () => void } => {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
};

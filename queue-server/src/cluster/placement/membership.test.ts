import { describe, expect, it } from '@jest/globals';
import {
  BEAT_MS,
  DEAD_MS,
  FORGOTTEN_MS,
  forgottenOf,
  livingOf,
  membershipAfter,
  NOBODY,
  SUSPECTED_MS,
  suspectedOf,
  type Membership,
  type MembershipEvent,
} from './membership.js';

const after = (state: Membership, ...events: readonly MembershipEvent[]): Membership =>
  events.reduce(membershipAfter, state);
const seen = (id: string, revision: number): MembershipEvent => ({ kind: 'seen', id, revision });
/** Beats at regular times, with nothing of the others between. */
const beats = (fromMs: number, toMs: number): readonly MembershipEvent[] =>
  Array.from({ length: (toMs - fromMs) / BEAT_MS + 1 }, (_, index) => ({
    kind: 'beat',
    now: fromMs + index * BEAT_MS,
  }));

describe('who lives', () => {
  it('is who wrote an entry', () => {
    expect(livingOf(after(NOBODY, seen('b', 1), seen('a', 2)))).toEqual(['a', 'b']);
  });

  it('is nobody who left', () => {
    expect(livingOf(after(NOBODY, seen('a', 1), { kind: 'left', id: 'a' }))).toEqual([]);
  });

  it('is not who writes nothing for two seconds in which own entries are seen', () => {
    const state = after(NOBODY, seen('a', 1), ...beats(0, DEAD_MS - BEAT_MS));
    expect(livingOf(state)).toEqual(['a']);
    expect(livingOf(after(state, { kind: 'beat', now: DEAD_MS }))).toEqual([]);
  });

  it('is who writes something within two seconds', () => {
    const state = after(NOBODY, seen('a', 1), ...beats(0, DEAD_MS - BEAT_MS), seen('a', 9));
    expect(livingOf(after(state, { kind: 'beat', now: DEAD_MS }))).toEqual(['a']);
  });

  it('does not change by an entry that was seen already', () => {
    const state = after(NOBODY, seen('a', 5), ...beats(0, DEAD_MS));
    expect(livingOf(after(state, seen('a', 5), seen('a', 4)))).toEqual([]);
  });

  it('is again who was taken for dead and writes something', () => {
    const state = after(NOBODY, seen('a', 5), ...beats(0, DEAD_MS), seen('a', 6));
    expect(livingOf(state)).toEqual(['a']);
  });

  it('does not change while NATS shows nothing, and everybody has two seconds after that', () => {
    const state = after(NOBODY, seen('a', 1), ...beats(0, DEAD_MS - BEAT_MS), ...beats(600_000, 601_500));
    expect(livingOf(state)).toEqual(['a']);
    expect(livingOf(after(state, { kind: 'beat', now: 602_000 }))).toEqual([]);
  });

  it('is not who was dead before NATS showed nothing', () => {
    const state = after(NOBODY, seen('a', 1), ...beats(0, DEAD_MS), { kind: 'beat', now: 600_000 });
    expect(livingOf(state)).toEqual([]);
  });

  it('may be dead who writes nothing while a whole beat of this server passes', () => {
    const state = after(NOBODY, seen('b', 1), seen('a', 1), ...beats(0, SUSPECTED_MS - BEAT_MS));
    expect(suspectedOf(state)).toEqual([]);
    expect(suspectedOf(after(state, { kind: 'beat', now: SUSPECTED_MS }))).toEqual(['a', 'b']);
  });

  it('is not suspected who writes again, or is dead', () => {
    const state = after(NOBODY, seen('a', 1), seen('b', 2), ...beats(0, DEAD_MS - BEAT_MS), seen('a', 3));
    expect(suspectedOf(state)).toEqual(['b']);
    expect(suspectedOf(after(state, { kind: 'beat', now: DEAD_MS }))).toEqual([]);
  });

  it('is forgotten when dead for long', () => {
    const state = after(NOBODY, seen('a', 7), ...beats(0, FORGOTTEN_MS - BEAT_MS));
    expect(forgottenOf(state)).toEqual([]);
    expect(forgottenOf(after(state, { kind: 'beat', now: FORGOTTEN_MS }))).toEqual([
      { id: 'a', revision: 7 },
    ]);
  });
});

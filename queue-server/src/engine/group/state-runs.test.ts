import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { StateRuns } from './state-runs.js';
import { READY, sameState, SETTLED, type MessageState } from './message-state.js';

const START = 5;
const LENGTH = 24;

const someDelivery: fc.Arbitrary<MessageState> = fc.oneof(
  fc.constant(SETTLED),
  fc.record({
    kind: fc.constant('ready' as const),
    failures: fc.nat(1),
    deliveries: fc.constant(0),
    isolated: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('leased' as const),
    token: fc.nat(1),
    failures: fc.nat(1),
    deliveries: fc.constant(1),
    isolated: fc.constant(false),
  }),
);
const someChange = fc.tuple(
  fc.integer({ min: START, max: START + LENGTH + 3 }),
  fc.nat(LENGTH),
  someDelivery,
  fc.boolean(),
);

const expand = (runs: StateRuns): Map<number, MessageState> => {
  const states = new Map<number, MessageState>();
  for (const { from, to, state } of runs.all()) {
    for (let seq = from; seq <= to; seq++) states.set(seq, state);
  }
  return states;
};

describe('the runs of a group', () => {
  it('hold the same states as a map from each seq to its state', () => {
    fc.assert(
      fc.property(fc.array(someChange, { maxLength: 30 }), (changes) => {
        const runs = new StateRuns(START);
        const model = new Map<number, MessageState>();
        runs.extend(START + LENGTH, READY);
        for (let seq = START; seq <= START + LENGTH; seq++) model.set(seq, READY);
        for (const [from, length, state, onlyReady] of changes) {
          const to = from + length;
          const next = (old: MessageState): MessageState => (onlyReady && old.kind !== 'ready' ? old : state);
          const touched = [...model].filter(([seq, old]) => seq >= from && seq <= to && next(old) !== old);
          const changed = runs.change(from, to, next);
          expect(changed.reduce((sum, run) => sum + run.to - run.from + 1, 0)).toBe(touched.length);
          for (const [seq] of touched) model.set(seq, state);
          expect(expand(runs)).toEqual(model);
        }
      }),
    );
  });

  it('join equal neighbours, so that no two beside each other are the same', () => {
    fc.assert(
      fc.property(fc.array(someChange, { maxLength: 30 }), (changes) => {
        const runs = new StateRuns(START);
        runs.extend(START + LENGTH, READY);
        for (const [from, length, state] of changes) runs.change(from, from + length, () => state);
        const all = runs.all();
        all.slice(1).forEach((run, index) => {
          const before = all[index];
          expect(before?.to).toBe(run.from - 1);
          expect(before && sameState(before.state, run.state)).toBe(false);
        });
      }),
    );
  });

  it('return the runs within a range, cut at its ends', () => {
    const runs = new StateRuns(1);
    runs.extend(10, READY);
    runs.change(4, 6, () => SETTLED);
    expect(runs.within(3, 5)).toEqual([
      { from: 3, to: 3, state: READY },
      { from: 4, to: 5, state: SETTLED },
    ]);
    expect(runs.within(11, 20)).toEqual([]);
  });

  it('trim the settled messages at the start, and nothing else', () => {
    const runs = new StateRuns(1);
    expect(runs.trim()).toBe(1);
    runs.extend(10, READY);
    runs.change(1, 3, () => SETTLED);
    runs.change(5, 5, () => SETTLED);
    expect(runs.trim()).toBe(4);
    expect(runs.all()[0]).toEqual({ from: 4, to: 4, state: READY });
    runs.change(4, 10, () => SETTLED);
    expect(runs.trim()).toBe(11);
    expect(runs.size).toBe(0);
    expect(runs.end).toBe(11);
  });
});

import { expect, it } from '@jest/globals';
import { ABSENT, unitStateAfter, type UnitEvent, type UnitState } from './unit-state.js';

const starting: UnitState = { kind: 'starting', failures: 2 };
const cancelled: UnitState = { kind: 'cancelled' };
const running: UnitState = { kind: 'running' };
const closing: UnitState = { kind: 'closing', failures: 0 };
const lost: UnitState = { kind: 'closing', failures: 1 };
const resting: UnitState = { kind: 'resting', failures: 2 };

const EVENTS: readonly UnitEvent['kind'][] = ['wanted', 'unwanted', 'started', 'failed', 'closed', 'due'];

/** Each state, and what each event in the order above makes of it. */
const TABLE: readonly (readonly [string, UnitState, readonly UnitState[]])[] = [
  ['absent', ABSENT, [{ kind: 'starting', failures: 0 }, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT]],
  [
    'starting',
    starting,
    [starting, cancelled, running, { kind: 'resting', failures: 3 }, starting, starting],
  ],
  ['cancelled', cancelled, [cancelled, cancelled, closing, ABSENT, cancelled, cancelled]],
  ['running', running, [running, closing, running, lost, running, running]],
  ['closing', closing, [closing, closing, closing, closing, ABSENT, closing]],
  ['lost', lost, [lost, lost, lost, lost, { kind: 'resting', failures: 1 }, lost]],
  ['resting', resting, [resting, ABSENT, resting, resting, resting, starting]],
];

it.each(
  TABLE.flatMap(([name, state, next]) =>
    EVENTS.map((kind, index) => ({ name, state, kind, next: next[index] })),
  ),
)('a unit that is $name is in its state after "$kind"', ({ state, kind, next }) => {
  expect(unitStateAfter(state, { kind })).toEqual(next);
});

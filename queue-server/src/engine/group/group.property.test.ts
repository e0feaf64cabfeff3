import { describe, it } from '@jest/globals';
import type { Outcome } from '@typed-queue/contracts/wire';
import * as fc from 'fast-check';
import { World, type Command } from './world.fixture.js';

const MEMBERS = ['a', 'b', 'c'];

const someOutcome: fc.Arbitrary<Outcome> = fc.constantFrom<Outcome>(
  { kind: 'ack' },
  { kind: 'retry' },
  { kind: 'release' },
  { kind: 'dead-letter' },
  { kind: 'extend' },
);
const someCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    kind: fc.constant('claim' as const),
    member: fc.constantFrom(...MEMBERS),
    limit: fc.integer({ min: 1, max: 12 }),
  }),
  fc.record({
    kind: fc.constant('settle' as const),
    lease: fc.nat(5),
    outcome: someOutcome,
    part: fc.integer({ min: 0, max: 12 }),
  }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(80) }),
  fc.constant<Command>({ kind: 'dead-letter' }),
  fc.constant<Command>({ kind: 'restart' }),
  fc.constant<Command>({ kind: 'takeover' }),
);

describe('a group under any order of claims, outcomes, waits, restarts and takeovers', () => {
  it('loses no message, gives none to two members at once, none again after its ack, and counts its failures', () => {
    fc.assert(
      fc.property(fc.array(someCommand, { maxLength: 60 }), (commands) => {
        const world = new World();
        for (const command of commands) world.run(command);
        world.drain();
      }),
      { numRuns: 300 },
    );
  });
});

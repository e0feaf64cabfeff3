import { describe, expect, it } from '@jest/globals';
import { isThorough } from '../../../../checks/thorough.fixture.js';
import { tryDamages } from './flips.js';

/** Prime, so that all bits of a byte and all fields of a record have their turn. */
const STEP = isThorough ? 499 : 1_499;

describe('one flipped bit or one cut in a data folder', () => {
  it.each([
    ['records', false],
    ['a snapshot', true],
  ])('alters nothing, and loses nothing without a gap, with the groups as %s', async (_, snapshot) => {
    const report = await tryDamages({ snapshot, step: STEP });
    expect(report.faults).toEqual([]);
    expect(report.flips).toBeGreaterThan(0);
    expect(report.cuts).toBeGreaterThan(0);
  });
});

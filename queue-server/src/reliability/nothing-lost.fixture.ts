import { expect } from '@jest/globals';
import { lost, outOfOrder, repeated, unexpected, type Handled, type Published } from './loss-checker.js';

/** What every group promises, whatever happened to its members. `killed`: processes ended by SIGKILL. */
export const expectNothingLost = (
  published: Published,
  handled: readonly Handled[],
  killed: ReadonlySet<number> = new Set(),
): void => {
  expect({
    lost: lost(published, handled),
    unexpected: unexpected(published, handled),
    repeated: repeated(handled, killed),
    outOfOrder: outOfOrder(handled),
  }).toEqual({ lost: [], unexpected: [], repeated: [], outOfOrder: [] });
};

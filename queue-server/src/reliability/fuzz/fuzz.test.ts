import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '../seeded-random.js';
import { printedCase, randomCase } from './fuzz-case.js';
import { fuzz } from './fuzz.js';

/** About ten seconds on a quiet machine. */
const BATCHES = 25;

describe('a server that is sent random bytes', () => {
  it('lives, stores nothing invalid, and serves a well-behaved client all the time', async () => {
    const { problems, reproducer, ...report } = await fuzz(20_261_126, (batches) => batches < BATCHES);
    expect({ problems, reproducer }).toEqual({ problems: [], reproducer: [] });
    expect(Object.keys(report.cases).length).toBeGreaterThanOrEqual(5);
    expect(report.published).toBeGreaterThan(0);
    expect(report.answers.granted).toBeGreaterThan(0);
    expect(report.answers.refused).toBeGreaterThan(0);
  });

  it('is sent other bytes by another seed, of the same kind by the same', () => {
    const kinds = (seed: number): string[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 50 }, () => randomCase(random, 'key').kind);
    };
    expect(kinds(1)).toEqual(kinds(1));
    expect(kinds(1)).not.toEqual(kinds(2));
  });

  it('can be sent a case again as it was printed', () => {
    const printed = printedCase(randomCase(seededRandom(1), 'key'));
    expect(JSON.parse(printed)).toMatchObject({ opening: expect.stringMatching(/^[A-Za-z0-9+/=]+/) });
  });
});

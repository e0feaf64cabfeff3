import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mersenne } from 'pure-rand/generator/mersenne';

/** Random choices that are the same for the same seed, and unlike those of the seeds next to it. */
export interface SeededRandom {
  /** A whole number from 0 to below a limit. */
  readonly below: (limit: number) => number;
  /** One of several, at least one. */
  readonly of: <T>(choices: readonly [T, ...T[]]) => T;
}

export const seededRandom = (seed: number): SeededRandom => {
  const generator = mersenne(seed);
  const below = (limit: number): number => uniformInt(generator, 0, limit - 1);
  return { below, of: (choices) => choices[below(choices.length)] ?? choices[0] };
};

import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Of both halves together. */
const BYTES = 8 * 1024 * 1024;
/** More than enough to survive a collection and make it grow. */
const MAX_ARRAYS = 200;
const ARRAY_LENGTH = 4_096;

/**
 * Limits V8's space for new objects to 8 MiB, as `--max-semi-space-size=4` does, which a program cannot give to itself: the
 * modules of a server alone let it grow to 32 MiB, and it never shrinks. To be called before they are loaded, since what V8
 * obeys later is only the factor by which that space grows: by 4, from 2 MiB, when enough has survived; then no more.
 */
export const limitYoungGeneration = (): void => {
  setFlagsFromString('--semi-space-growth-factor=4');
  const survivors: number[][] = [];
  while (youngBytes() < BYTES && survivors.length < MAX_ARRAYS) {
    survivors.push(new Array<number>(ARRAY_LENGTH).fill(survivors.length));
  }
  setFlagsFromString('--semi-space-growth-factor=1');
};

const youngBytes = (): number =>
  getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? BYTES;

import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

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

/** Of frames, or three reads of files. They are twice as much in buffers, with what sockets received or a file was read into. */
const COLLECT_BYTES = 1_250_000;

/**
 * Returns a function that is called with the bytes of new frames, and collects the young generation once for so many
 * of them. V8 does so only when its space for new objects is full, which takes long when all memory goes into buffers: they
 * lie outside of it, and V8 begins a full collection for each 8 MiB of them that are not freed. A minor collection frees
 * those of which the objects are new; it costs what survives, not what the heap holds.
 */
export const youngCollections = (collect: () => void = minorCollection()): ((bytes: number) => void) => {
  let bytesSince = 0;
  return (bytes) => {
    bytesSince += bytes;
    if (bytesSince < COLLECT_BYTES) return;
    bytesSince = 0;
    collect();
  };
};

/** As `--expose-gc` gives it to new contexts. */
type CollectGarbage = (options: { readonly type: 'minor' }) => void;

/** Where V8 has no such function, nothing is collected. */
const minorCollection = (): (() => void) => {
  setFlagsFromString('--expose-gc');
  // Safe: V8 defines it, or it is undefined.
  const collect = runInNewContext('globalThis.gc') as CollectGarbage | undefined;
  setFlagsFromString('--no-expose-gc');
  return () => collect?.({ type: 'minor' });
};

/** What glibc keeps is twice as much. */
const BYTES = 8 * 1024 * 1024;

let kept = false;

/**
 * Makes glibc keep up to 16 MiB of the process's freed memory. Otherwise it returns the top of its heap to the system whenever a few
 * hundred kilobytes of it are free, and a consumer in bulk gets new pages for each grant: a third of its CPU time
 * where page faults are slow. The limit follows the largest block that was freed (`mallopt(3)`, `M_MMAP_THRESHOLD`), unless
 * `MALLOC_MMAP_THRESHOLD_` or `MALLOC_TRIM_THRESHOLD_` sets it. This block is never written to, and freed by a collection.
 */
export const keepFreedMemory = (): void => {
  if (kept) return;
  // Bundlers leave out an allocation whose result nobody reads.
  kept = new ArrayBuffer(BYTES).byteLength === BYTES;
};

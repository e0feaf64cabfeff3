/** What glibc keeps is twice as much. */
const BYTES = 8 * 1024 * 1024;

let kept = false;

/**
 * Makes glibc keep up to 16 MiB of freed memory. Otherwise it returns the top of its heap to the system whenever a few hundred
 * kilobytes of it are free, and a consumer in bulk gets new pages for each grant: a third of its CPU time
 * where page faults are slow. The limit follows the largest block that was freed (`mallopt(3)`, `M_MMAP_THRESHOLD`): this one is
 * never written to, so it takes no memory, and a collection frees it.
 */
export const keepFreedMemory = (): void => {
  if (kept) return;
  kept = true;
  void new ArrayBuffer(BYTES);
};

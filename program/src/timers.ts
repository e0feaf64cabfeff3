import type { After } from '@typed-queue/contracts/wire';

/** By the clock of this process, which stays alive for it. */
export const after: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/** The same, but the process may end before. */
export const unrefAfter: After = (ms, run) => {
  const timer = setTimeout(run, ms).unref();
  return () => clearTimeout(timer);
};

/** Runs something once, after milliseconds; what it returns cancels that. */
export type After = (ms: number, run: () => void) => () => void;

/** By the clock of this process, which stays alive for it. */
export const after: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

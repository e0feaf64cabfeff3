/** Runs something once, after milliseconds; what it returns cancels that. */
export type After = (ms: number, run: () => void) => () => void;

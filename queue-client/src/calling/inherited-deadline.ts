/** Until when the caller of a responder waits, by the monotonic clock, by the signal of its context. */
const deadlines = new WeakMap<AbortSignal, number>();

/** Until when calls that are made with this signal may take. */
export const deadlineOf = (signal: AbortSignal | undefined): number =>
  (signal && deadlines.get(signal)) ?? Infinity;

export const setDeadline = (signal: AbortSignal, deadline: number): void => {
  deadlines.set(signal, deadline);
};

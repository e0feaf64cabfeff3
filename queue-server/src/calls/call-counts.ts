import type { CallResult } from './call-state.js';

/** Counts how the calls of one queue ended. Results are bounded: the contract declares the failures. */
export class CallCounts {
  readonly #counts = new Map<string, Map<string, number>>();

  add(call: string, result: CallResult): void {
    const counts = this.#counts.get(call) ?? new Map<string, number>();
    this.#counts.set(call, counts);
    const name = resultName(result);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }

  /** By result: `ok`, the code of a declared failure, or that of an error. */
  of(call: string): ReadonlyMap<string, number> {
    return this.#counts.get(call) ?? new Map<string, number>();
  }
}

const resultName = (result: CallResult): string => {
  switch (result.kind) {
    case 'output':
    case 'end':
      return 'ok';
    case 'failure':
      return result.failure.code;
    case 'error':
      return result.error.code;
    default:
      return result satisfies never;
  }
};

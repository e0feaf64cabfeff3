import type { ErrorCode } from '@typed-queue/contracts';

/** How many requests, connections and messages were refused since the server started, by the code of the error. */
export class RefusalCounts {
  readonly #byCode = new Map<ErrorCode, number>();

  add(code: ErrorCode): void {
    this.#byCode.set(code, (this.#byCode.get(code) ?? 0) + 1);
  }

  all(): ReadonlyMap<ErrorCode, number> {
    return this.#byCode;
  }
}

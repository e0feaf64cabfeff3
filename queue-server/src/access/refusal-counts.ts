import type { ApiErrorCode } from '@typed-queue/contracts';

/** How many requests, connections and messages were refused since the server started, by the code of the error. */
export class RefusalCounts {
  readonly #byCode = new Map<ApiErrorCode, number>();

  add(code: ApiErrorCode): void {
    this.#byCode.set(code, (this.#byCode.get(code) ?? 0) + 1);
  }

  all(): ReadonlyMap<ApiErrorCode, number> {
    return this.#byCode;
  }
}

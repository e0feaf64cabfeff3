import type { FailureDeclaration } from '@typed-queue/contracts';
import { retryDelay } from '@typed-queue/contracts/wire';

/** The waits after the first, second … failure of a call that declares no delays of its own, in milliseconds. */
const RETRY_DELAYS_MS: readonly number[] = [100, 500, 2_000, 5_000];

/** How long a call waits after its attempt failed in no declared way. */
export const callDelayMs = (attempt: number): number => retryDelay(RETRY_DELAYS_MS, attempt, Math.random);

/** How long a call waits after a declared failure, by the failures of the call; undefined: it is not retried. */
export const failureDelayMs = (
  failures: readonly FailureDeclaration[],
  code: string,
  attempt: number,
): number | undefined => {
  const declared = failures.find((failure) => failure.code === code);
  return declared?.retry === true
    ? retryDelay(declared.retryDelaysMs ?? RETRY_DELAYS_MS, attempt, Math.random)
    : undefined;
};

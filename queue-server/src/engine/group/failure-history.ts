import type { DeadLetter, Failure } from '@typed-queue/contracts';

/** A failure of consecutive messages. */
export interface NotedFailure {
  readonly from: number;
  readonly to: number;
  readonly failure: Failure;
  /** Why the messages are dead by this failure, when it is another reason than the failure itself. */
  readonly code?: DeadLetter['code'] | undefined;
}

/** Why messages failed, for as long as they are not settled. */
export class FailureHistory {
  #noted: NotedFailure[] = [];

  /** Everything that is kept, the oldest first. */
  get all(): readonly NotedFailure[] {
    return this.#noted;
  }

  note(failures: readonly NotedFailure[]): void {
    if (failures.length > 0) this.#noted.push(...failures);
  }

  /** The failures of one message, the oldest first. */
  of(seq: number): NotedFailure[] {
    return this.#noted.filter(({ from, to }) => from <= seq && seq <= to);
  }

  /** Forgets what happened to messages that are settled, but for those among unsettled ones. */
  trim(floor: number): void {
    if (this.#noted.length > 0) this.#noted = this.#noted.filter(({ to }) => to >= floor);
  }
}

import type { After } from '@typed-queue/contracts/wire';

/** Of its deadline, its back-off, its wait for somebody who answers it. */
export type CallTimer = 'deadline' | 'due' | 'unanswered';

/** The timers of one call, one of each kind. */
export class CallTimers {
  readonly #after: After;
  readonly #cancels: Record<CallTimer, (() => void) | undefined> = {
    deadline: undefined,
    due: undefined,
    unanswered: undefined,
  };

  constructor(after: After) {
    this.#after = after;
  }

  /** Replaces one of the same kind. */
  start(kind: CallTimer, ms: number, run: () => void): void {
    this.stop(kind);
    this.#cancels[kind] = this.#after(ms, () => {
      this.#cancels[kind] = undefined;
      run();
    });
  }

  stop(kind: CallTimer): void {
    this.#cancels[kind]?.();
    this.#cancels[kind] = undefined;
  }

  stopAll(): void {
    this.stop('deadline');
    this.stop('due');
    this.stop('unanswered');
  }
}

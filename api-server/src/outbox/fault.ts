import type { Logger } from 'pino';

export interface FaultReport {
  readonly message: string;
  /** In milliseconds since 1970. */
  readonly since: number;
}

interface FaultDeps {
  /** What may not work, for people. */
  readonly what: string;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  readonly now: () => number;
}

/** Whether something works at the moment. Logged when the fault begins, changes and ends. */
export class Fault {
  readonly #deps: FaultDeps;
  #report: FaultReport | undefined;

  constructor(deps: FaultDeps) {
    this.#deps = deps;
  }

  /** Undefined: it works. */
  get report(): FaultReport | undefined {
    return this.#report;
  }

  begin(error: unknown): void {
    const { what, logger, now } = this.#deps;
    const message = error instanceof Error ? error.message : String(error);
    if (this.#report?.message === message) return;
    this.#report = { message, since: this.#report?.since ?? now() };
    logger.warn({ err: error }, `${what} does not work: events wait in the outbox`);
  }

  end(): void {
    if (this.#report === undefined) return;
    const { what, logger, now } = this.#deps;
    logger.info({ durationMs: now() - this.#report.since }, `${what} works again`);
    this.#report = undefined;
  }
}

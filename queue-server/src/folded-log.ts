export interface FoldedLogOptions {
  readonly write: (details: object, text: string) => void;
  /** Runs something once, later, without keeping the process alive; returns how to cancel it. */
  readonly timer: (run: () => void, ms: number) => () => void;
}

const QUIET_MS = 10_000;

interface Held {
  times: number;
  details: object;
}

/**
 * Log lines that strangers cause as often as they like: of each text the first is written at once, and from then on
 * one line in ten seconds, with the details of the last and how many there were (`times`).
 */
export class FoldedLog {
  readonly #options: FoldedLogOptions;
  readonly #held = new Map<string, Held>();

  constructor(options: FoldedLogOptions) {
    this.#options = options;
  }

  add(details: object, text: string): void {
    const held = this.#held.get(text);
    if (held === undefined) {
      this.#options.write(details, text);
      this.#hold(text);
    } else {
      held.times++;
      held.details = details;
    }
  }

  #hold(text: string): void {
    this.#held.set(text, { times: 0, details: {} });
    this.#options.timer(() => this.#release(text), QUIET_MS);
  }

  #release(text: string): void {
    const held = this.#held.get(text);
    this.#held.delete(text);
    if (held === undefined || held.times === 0) return;
    this.#options.write({ ...held.details, times: held.times }, text);
    this.#hold(text);
  }
}

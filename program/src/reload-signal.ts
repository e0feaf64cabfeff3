/** The used part of `process`. */
interface HangUps {
  on(event: 'SIGHUP', listener: () => void): unknown;
}

/**
 * SIGHUP asks a server to read its files again; from now on it does not end the process. Asked before the server can, it does
 * so as soon as it can.
 */
export class ReloadSignal {
  #reload: (() => void) | undefined;
  #isAsked = false;

  constructor(process: HangUps) {
    process.on('SIGHUP', () => {
      this.#isAsked = true;
      this.#run();
    });
  }

  /** @param reload runs at each SIGHUP; now, if there was one */
  answer(reload: () => void): void {
    this.#reload = reload;
    this.#run();
  }

  #run(): void {
    if (!this.#isAsked || this.#reload === undefined) return;
    this.#isAsked = false;
    this.#reload();
  }
}

/**
 * What a client shows its server: a text, or a function that is asked for one at each attempt to connect and when the
 * one before has expired.
 */
export type Token = string | (() => string | Promise<string>);

/** Where a client's token comes from. */
export class TokenSource {
  readonly #token: Token | undefined;
  #asked = 0;

  constructor(token: Token | undefined) {
    this.#token = token;
  }

  /** Whether there may be another token than the one before. */
  get isRenewable(): boolean {
    return typeof this.#token === 'function';
  }

  /** Brings the token: a text at once, a function's when it is there. Only the answer to the last call counts. */
  ask(onToken: (token: string | undefined) => void, onFailed: (error: unknown) => void): void {
    const asked = ++this.#asked;
    if (typeof this.#token !== 'function') {
      onToken(this.#token);
      return;
    }
    const newest =
      <T>(take: (value: T) => void) =>
      (value: T): void => {
        if (asked === this.#asked) take(value);
      };
    tokenOf(this.#token).then(newest(onToken), newest(onFailed));
  }

  /** Nobody waits for an answer any more. */
  cancel(): void {
    this.#asked++;
  }
}

const tokenOf = async (make: () => unknown): Promise<string> => {
  const token = await make();
  if (typeof token === 'string') return token;
  throw new TypeError(`The token function returns a text, not ${token === null ? 'null' : typeof token}.`);
};

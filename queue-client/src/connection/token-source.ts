/**
 * A text, or a function that is called at each attempt to connect and when the last token has expired.
 */
export type Token = string | (() => string | Promise<string>);

export class TokenSource {
  readonly #token: Token | undefined;
  #asked = 0;

  constructor(token: Token | undefined) {
    this.#token = token;
  }

  /** Whether there can be another token. */
  get isRenewable(): boolean {
    return typeof this.#token === 'function';
  }

  /** A text is passed on at once, a function's when it resolves. Only the last call counts. */
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

  /** Ignores the answer to the last call. */
  cancel(): void {
    this.#asked++;
  }
}

const tokenOf = async (make: () => unknown): Promise<string> => {
  const token = await make();
  if (typeof token === 'string') return token;
  throw new TypeError(`The token function returns a text, not ${token === null ? 'null' : typeof token}.`);
};

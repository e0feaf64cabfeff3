import { QueueError } from '@typed-queue/contracts';
import { createHash, timingSafeEqual } from 'node:crypto';

/** Of one length, whatever the text's: that is all that may be compared in constant time. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The keys of a server: whoever shows one of them may do everything. Without any, everybody may. */
export class Keys {
  readonly #digests: readonly Buffer[];

  constructor(keys: readonly string[]) {
    this.#digests = keys.map(digest);
  }

  /** @throws QueueError `unauthorized`; its text never holds the token */
  check(token: string | undefined): void {
    if (this.#digests.length === 0) return;
    if (token === undefined || token === '') {
      throw new QueueError(
        'unauthorized',
        'This server asks for a token, and the client showed none. Set QUEUE_TOKEN, or `token` in the handshake, to one of the keys in the QUEUE_TOKENS of the server.',
      );
    }
    if (this.#knows(token)) return;
    throw new QueueError(
      'unauthorized',
      'This server does not know the token that the client showed. Compare QUEUE_TOKEN, or `token` in the handshake, with the keys in the QUEUE_TOKENS of the server.',
    );
  }

  /** Looks at every key, also behind the right one: the time it takes tells nothing about any. */
  #knows(token: string): boolean {
    const shown = digest(token);
    return this.#digests.reduce((known, key) => timingSafeEqual(key, shown) || known, false);
  }
}

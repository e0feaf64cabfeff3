import { timingSafeEqual } from 'node:crypto';
import { QueueError } from '@typed-queue/contracts';
import type { JsonWebTokens, JsonWebTokenOptions } from './json-web-tokens.js';
import { readKeysFile, type KeysFile, type NamedKey } from './keys-file.js';
import { keyDigest } from './key.js';
import { EVERYBODY, expiryOf, type Principal } from './principal.js';
import { ALL_RIGHTS } from './rights.js';

export interface AuthenticatorOptions {
  /** Each has all rights. */
  readonly tokens?: readonly string[] | undefined;
  /** The path of a file of named keys. */
  readonly keysFile?: string | undefined;
  readonly jwt?: JsonWebTokenOptions | undefined;
  /** How a client shows its token: ends the message for a missing or wrong one. Default: for the queue server. */
  readonly advice?: string | undefined;
  /** In milliseconds since 1970. Default: `Date.now`. */
  readonly wallNow?: (() => number) | undefined;
}

/** What changed when the keys file was read again, by the names of its entries. */
export interface KeyChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** With another digest, expiry or other rights. */
  readonly changed: readonly string[];
  readonly warnings: readonly string[];
}

/** Of withdrawn keys that are remembered: older ones are unknown. */
const MAX_WITHDRAWN = 10_000;
const NO_KEYS: KeysFile = { keys: [], warnings: [] };
const ADVICE =
  'Set QUEUE_TOKEN, or `token` in the handshake, to one of its QUEUE_TOKENS, a key of its QUEUE_KEYS_FILE, or a JSON Web Token of its issuer.';
const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** Finds the principal of a token: one with all rights, a named key, or a JSON Web Token. */
export class Authenticator {
  /** The clock by which tokens expire: milliseconds since 1970. */
  readonly wallNow: () => number;
  readonly #options: AuthenticatorOptions;
  readonly #tokens: readonly string[];
  readonly #jwt: JsonWebTokens | undefined;
  #file: KeysFile;
  /** Digests of keys that were in the file, the latest last. */
  readonly #withdrawn = new Set<string>();
  #reloading: Promise<unknown> = Promise.resolve();

  private constructor(
    options: AuthenticatorOptions,
    { file, jwt }: { readonly file: KeysFile; readonly jwt: JsonWebTokens | undefined },
  ) {
    const { tokens = [], wallNow = Date.now } = options;
    this.#options = options;
    this.wallNow = wallNow;
    this.#tokens = tokens.map(keyDigest);
    this.#jwt = jwt;
    this.#file = file;
  }

  /** @throws QueueError `config_invalid` when the keys file cannot be used */
  static async open(options: AuthenticatorOptions): Promise<Authenticator> {
    const { keysFile, jwt, wallNow = Date.now } = options;
    return new Authenticator(options, {
      file: keysFile === undefined ? NO_KEYS : await readKeysFile(keysFile, wallNow()),
      jwt: jwt && (await openTokens(jwt, wallNow)),
    });
  }

  /** Whether a token must be shown. Otherwise everybody has all rights. */
  get isRequired(): boolean {
    const { keysFile } = this.#options;
    return this.#tokens.length > 0 || keysFile !== undefined || this.#jwt !== undefined;
  }

  /** Problems of the keys file that do not keep it from working. */
  get warnings(): readonly string[] {
    return this.#file.warnings;
  }

  /**
   * The principal of a token.
   * @throws QueueError `unauthorized` (with the `reason` `withdrawn` in its details when the key was right before),
   * `auth_expired`, `auth_unavailable`; their messages never contain the token
   */
  async authenticate(token: string | undefined): Promise<Principal> {
    if (!this.isRequired) return EVERYBODY;
    if (token === undefined || token === '') {
      throw this.#unauthorized('This server asks for a token, and the client showed none.');
    }
    const digest = keyDigest(token);
    const known = this.#ofKey(digest);
    if (known !== undefined) return this.#unexpired(known);
    if (this.#jwt !== undefined && JWT.test(token)) return this.#jwt.verify(token);
    if (this.#withdrawn.has(digest)) throw this.#wasWithdrawn();
    throw this.#unauthorized('This server does not know the token that the client showed.');
  }

  /** Whether keys of the issuer may have to be fetched to tell who a token is for. */
  mayFetch(token: string | undefined): boolean {
    const { jwt } = this.#options;
    if (token === undefined || jwt === undefined || !('jwksUrl' in jwt.key)) return false;
    return JWT.test(token) && this.#ofKey(keyDigest(token)) === undefined;
  }

  /**
   * The same principal with the rights that it has now.
   * @throws QueueError `unauthorized` when its key was withdrawn, `auth_expired`
   */
  renew(principal: Principal): Principal {
    if (principal.kind !== 'key') return this.#unexpired(principal);
    const key = this.#file.keys.find(({ sha256 }) => sha256 === principal.sha256);
    if (key !== undefined) return this.#unexpired(principalOf(key));
    throw this.#wasWithdrawn();
  }

  /**
   * Reads the keys file again. Principals that are kept must be renewed afterwards.
   * @throws QueueError `config_invalid`; the former keys stay
   */
  reload(): Promise<KeyChanges> {
    const reloaded = this.#reloading.then(() => this.#reload());
    this.#reloading = reloaded.catch(() => undefined);
    return reloaded;
  }

  /** The principal of a token or a named key; undefined: it is neither. */
  #ofKey(digest: string): Principal | undefined {
    const index = indexIn(digest, this.#tokens);
    if (index >= 0) return { kind: 'token', name: `token:${index + 1}`, rights: ALL_RIGHTS };
    const digests = this.#file.keys.map(({ sha256 }) => sha256);
    const key = this.#file.keys[indexIn(digest, digests)];
    return key && principalOf(key);
  }

  async #reload(): Promise<KeyChanges> {
    const { keysFile } = this.#options;
    const before = this.#file;
    if (keysFile !== undefined) this.#file = await readKeysFile(keysFile, this.wallNow());
    this.#rememberWithdrawn(before.keys);
    return changesBetween(before.keys, this.#file);
  }

  #unexpired(principal: Principal): Principal {
    if (this.wallNow() < expiryOf(principal)) return principal;
    throw new QueueError('auth_expired', 'The token that the client showed has expired. Show a new one.');
  }

  #rememberWithdrawn(before: readonly NamedKey[]): void {
    for (const { sha256 } of before) this.#withdrawn.add(sha256);
    for (const { sha256 } of this.#file.keys) this.#withdrawn.delete(sha256);
    for (const oldest of this.#withdrawn) {
      if (this.#withdrawn.size <= MAX_WITHDRAWN) return;
      this.#withdrawn.delete(oldest);
    }
  }

  #wasWithdrawn(): QueueError {
    return this.#unauthorized('The key that the client showed was withdrawn.', { reason: 'withdrawn' });
  }

  #unauthorized(what: string, details: { readonly reason?: string } = {}): QueueError {
    const { advice = ADVICE } = this.#options;
    return new QueueError('unauthorized', `${what} ${advice}`, { details });
  }
}

/** Loads the library of JSON Web Tokens, which most servers do not need. */
const openTokens = async (options: JsonWebTokenOptions, wallNow: () => number): Promise<JsonWebTokens> => {
  const { JsonWebTokens } = await import('./json-web-tokens.js');
  return new JsonWebTokens(options, wallNow);
};

const principalOf = ({ name, rights, sha256, expiresAt }: NamedKey): Principal => ({
  kind: 'key',
  name: `key:${name}`,
  rights,
  sha256,
  ...(expiresAt !== undefined && { expiresAt }),
});

/** Compares with every digest, even after a match: its time depends on none of them. */
const indexIn = (digest: string, digests: readonly string[]): number => {
  const shown = Buffer.from(digest);
  return digests.reduce(
    (found, known, index) => (timingSafeEqual(Buffer.from(known), shown) ? index : found),
    -1,
  );
};

const changesBetween = (before: readonly NamedKey[], { keys, warnings }: KeysFile): KeyChanges => {
  const named = (all: readonly NamedKey[]) =>
    new Map(all.map((key): [string, string] => [key.name, JSON.stringify(key)]));
  const [old, now] = [named(before), named(keys)];
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    changed: [...now].filter(([name, key]) => old.has(name) && old.get(name) !== key).map(([name]) => name),
    warnings,
  };
};

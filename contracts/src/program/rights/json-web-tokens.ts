import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { QueueError } from '../../errors.js';
import type { Principal } from './principal.js';
import { rightsSchema, type Rights } from './rights.js';

export interface JsonWebTokenOptions {
  /** What signatures are verified by: a shared secret, or the URL of the issuer's JWK set. */
  readonly key: { readonly secret: string } | { readonly jwksUrl: URL };
  readonly audience: string;
  readonly issuer: string;
  /** Of signatures: `HS256` for a secret, `RS256`, `ES256` … for a JWK set. Any other is refused. */
  readonly algorithms: readonly string[];
}

/** The claim that holds the rights, in the shape of a keys file. */
export const RIGHTS_CLAIM = 'typed_queue';

/** How far the clock of the issuer may be off. */
const CLOCK_TOLERANCE_SECONDS = 5;
const MAX_SUBJECT = 200;

/** Verifies JSON Web Tokens of one issuer. */
export class JsonWebTokens {
  readonly #options: JsonWebTokenOptions;
  readonly #wallNow: () => number;
  readonly #key: JWTVerifyGetKey;

  /** `wallNow`: in milliseconds since 1970. */
  constructor(options: JsonWebTokenOptions, wallNow: () => number) {
    this.#options = options;
    this.#wallNow = wallNow;
    this.#key = keyOf(options);
  }

  /**
   * The principal that a token is for.
   * @throws QueueError `unauthorized`, `auth_expired`; `auth_unavailable` when the issuer's keys cannot be fetched
   */
  async verify(token: string): Promise<Principal> {
    const payload = await this.#payloadOf(token);
    const { sub = '', exp = 0 } = payload;
    if (sub === '' || sub.length > MAX_SUBJECT) throw refused(`its "sub" has 1 to ${MAX_SUBJECT} characters`);
    const expiresAt = (exp + CLOCK_TOLERANCE_SECONDS) * 1_000;
    return { kind: 'jwt', name: `jwt:${sub}`, rights: rightsOf(payload), expiresAt };
  }

  async #payloadOf(token: string): Promise<JWTPayload> {
    const { audience, issuer, algorithms } = this.#options;
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        ...{ audience, issuer, algorithms: [...algorithms], requiredClaims: ['exp', 'sub'] },
        ...{ clockTolerance: CLOCK_TOLERANCE_SECONDS, currentDate: new Date(this.#wallNow()) },
      });
      return payload;
    } catch (error) {
      if (error instanceof QueueError) throw error;
      if (error instanceof errors.JWTExpired) {
        throw new QueueError('auth_expired', 'The token has expired. Show a new one.');
      }
      // What is wrong with a token is no secret; the message holds none of its values.
      if (error instanceof errors.JOSEError) throw refused(error.message, error);
      throw refused('it cannot be read', error);
    }
  }
}

const keyOf = ({ key }: JsonWebTokenOptions): JWTVerifyGetKey => {
  if ('secret' in key) {
    const secret = new TextEncoder().encode(key.secret);
    return () => secret;
  }
  const remote = createRemoteJWKSet(key.jwksUrl);
  return async (...token) => {
    try {
      return await remote(...token);
    } catch (error) {
      if (isOfToken(error)) throw error;
      throw new QueueError(
        'auth_unavailable',
        'The server cannot fetch the keys of the issuer now, and so verifies no token. Try again later.',
        { cause: error },
      );
    }
  };
};

/** Whether the token is at fault, and not the way to the keys. */
const isOfToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;

const rightsOf = ({ [RIGHTS_CLAIM]: claim }: JWTPayload): Rights => {
  if (claim === undefined) throw refused(`it has no claim "${RIGHTS_CLAIM}"`);
  const parsed = rightsSchema.safeParse(claim);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => [...path, message].map(String).join(': '));
  throw refused(`its claim "${RIGHTS_CLAIM}" is wrong: ${issues.slice(0, 10).join('; ')}`);
};

const refused = (why: string, cause?: unknown): QueueError =>
  new QueueError('unauthorized', `The server does not accept this JSON Web Token: ${why}.`, { cause });

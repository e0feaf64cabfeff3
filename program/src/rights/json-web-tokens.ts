import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { QueueError } from '@typed-queue/contracts';
import { jwkSet } from './jwk-set.js';
import type { Principal } from './principal.js';
import { rightsSchema, type Rights } from './rights.js';

export interface JsonWebTokenOptions {
  /** Verifies signatures: a shared secret, or the URL of the issuer's JWK set. */
  readonly key: { readonly secret: string } | { readonly jwksUrl: URL };
  readonly audience: string;
  readonly issuer: string;
  /** Of signatures: `HS256` for a secret, `RS256`, `ES256` … for a JWK set. Any other is refused. */
  readonly algorithms: readonly string[];
}

/** The claim that holds the rights, in the shape of a keys file. */
const RIGHTS_CLAIM = 'typed_queue';

/** How much the clock of the issuer may differ. */
const CLOCK_TOLERANCE_SECONDS = 5;
/** Not only spaces; without control and format characters, lone surrogates and line separators: it is part of logs, events and error messages. */
const SUBJECT = /^(?=.*\S)[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,200}$/u;

/** Verifies JSON Web Tokens of one issuer. */
export class JsonWebTokens {
  readonly #options: JsonWebTokenOptions;
  readonly #wallNow: () => number;
  readonly #key: JWTVerifyGetKey;

  /** `wallNow`: in milliseconds since 1970. */
  constructor(options: JsonWebTokenOptions, wallNow: () => number) {
    this.#options = options;
    this.#wallNow = wallNow;
    this.#key = keyOf(options, wallNow);
  }

  /**
   * The principal of a token.
   * @throws QueueError `unauthorized`, `auth_expired`; `auth_unavailable` when the issuer's keys cannot be fetched
   */
  async verify(token: string): Promise<Principal> {
    const payload = await this.#payloadOf(token);
    const { exp = 0 } = payload;
    const sub: unknown = payload.sub;
    if (typeof sub !== 'string' || !SUBJECT.test(sub)) {
      throw refused('its "sub" must be a string of 1 to 200 printable characters');
    }
    const expiresAt = (exp + CLOCK_TOLERANCE_SECONDS) * 1_000;
    return { kind: 'jwt', name: `jwt:${sub}`, rights: rightsOf(payload), expiresAt };
  }

  async #payloadOf(token: string): Promise<JWTPayload> {
    const { audience, issuer, algorithms } = this.#options;
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        audience,
        issuer,
        algorithms: [...algorithms],
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: new Date(this.#wallNow()),
      });
      return payload;
    } catch (error) {
      if (error instanceof QueueError) throw error;
      if (error instanceof errors.JWTExpired) {
        throw new QueueError('auth_expired', 'The token has expired. Show a new one.');
      }
      // The message contains no value of the token.
      if (error instanceof errors.JOSEError) throw refused(error.message, error);
      throw refused('it cannot be read', error);
    }
  }
}

const keyOf = ({ key }: JsonWebTokenOptions, wallNow: () => number): JWTVerifyGetKey => {
  if ('jwksUrl' in key) return jwkSet(key.jwksUrl, wallNow);
  const secret = new TextEncoder().encode(key.secret);
  return () => secret;
};

const rightsOf = ({ [RIGHTS_CLAIM]: claim }: JWTPayload): Rights => {
  if (claim === undefined) throw refused(`it has no claim "${RIGHTS_CLAIM}"`);
  const parsed = rightsSchema.safeParse(claim);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => [...path, message].map(String).join(': '));
  throw refused(`its claim "${RIGHTS_CLAIM}" is wrong: ${issues.slice(0, 10).join('; ')}`);
};

const refused = (why: string, cause?: unknown): QueueError =>
  new QueueError('unauthorized', `The server does not accept this JSON Web Token: ${why}.`, { cause });

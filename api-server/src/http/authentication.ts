import { ApiError } from '@typed-queue/contracts';
import { bearerToken, EVERYBODY, type Authenticator, type Principal } from '@typed-queue/program';
import type { Request, RequestHandler, Response } from 'express';

/** Authenticates tokens. */
export type Authenticating = Pick<Authenticator, 'authenticate' | 'renew' | 'isRequired'>;

/** Asks for no token. */
export const OPEN: Authenticating = {
  isRequired: false,
  authenticate: async () => EVERYBODY,
  renew: (principal) => principal,
};

/** How a client of this API shows its token: a sentence for those that showed none or a wrong one. */
export const TOKEN_ADVICE =
  'Send `Authorization: Bearer` with one of its API_TOKENS, a key of its QUEUE_KEYS_FILE, or a JSON Web Token of its issuer.';

const REALM = 'Bearer realm="typed-queue"';

/** RFC 6750, section 3. */
const CHALLENGES: Readonly<Record<string, string>> = {
  unauthorized: `${REALM}, error="invalid_token"`,
  auth_expired: `${REALM}, error="invalid_token", error_description="The token has expired."`,
};

const challenge = (request: Request, response: Response, error: unknown): void => {
  const value = error instanceof ApiError ? CHALLENGES[error.code] : undefined;
  if (value === undefined) return;
  response.set('WWW-Authenticate', request.headers.authorization === undefined ? REALM : value);
};

/**
 * The token of a request; undefined: it has none.
 * @throws ApiError `header_invalid`, `query_invalid`, `unauthorized`
 */
const tokenOf = ({ headersDistinct, originalUrl }: Request): string | undefined => {
  const [, search = ''] = /\?(.*)$/s.exec(originalUrl) ?? [];
  if (new URLSearchParams(search).has('access_token')) {
    const detail =
      'access_token: send the token as `Authorization: Bearer`. URLs are logged, headers are not.';
    throw new ApiError('query_invalid', detail);
  }
  const [value, ...others] = headersDistinct.authorization ?? [];
  if (others.length > 0) throw new ApiError('header_invalid', 'Authorization: expected one at most.');
  if (value === undefined) return undefined;
  const token = bearerToken(value);
  if (token === undefined) {
    throw new ApiError('unauthorized', `Authorization: expected another scheme. ${TOKEN_ADVICE}`);
  }
  return token;
};

export interface AuthenticationOptions {
  readonly authenticator: Authenticating;
  /** Whether a request without a token may pass; it then has no principal. */
  readonly anonymous: boolean;
}

/**
 * Finds out who asks.
 * @throws ApiError `unauthorized`, `auth_expired`, `auth_unavailable`, `header_invalid`, `query_invalid`
 */
export const authentication =
  ({ authenticator, anonymous }: AuthenticationOptions): RequestHandler =>
  async (request, response, next) => {
    try {
      const token = authenticator.isRequired ? tokenOf(request) : undefined;
      if (token !== undefined || !authenticator.isRequired || !anonymous) {
        response.locals.principal = await authenticator.authenticate(token);
      }
    } catch (error) {
      challenge(request, response, error);
      throw error;
    }
    next();
  };

/**
 * Checks the principal again, with the rights that it has now: a body may take long to arrive.
 * @throws ApiError `unauthorized`, `auth_expired`
 */
export const renewal =
  (authenticator: Authenticating): RequestHandler =>
  (request, response, next) => {
    const principal = principalOf(response);
    try {
      if (principal !== undefined) response.locals.principal = authenticator.renew(principal);
    } catch (error) {
      challenge(request, response, error);
      throw error;
    }
    next();
  };

/** Undefined: not authenticated. */
// Safe: only the handler above sets it.
export const principalOf = (response: Response): Principal | undefined =>
  response.locals.principal as Principal | undefined;

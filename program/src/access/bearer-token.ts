const BEARER = /^Bearer +([\x21-\x7e]+)$/i;

/** The token of an `Authorization` header; undefined: it has none. */
export const bearerToken = (authorization: string | undefined): string | undefined =>
  BEARER.exec(authorization ?? '')?.[1];

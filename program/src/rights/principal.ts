import { ALL_RIGHTS, type Rights } from './rights.js';

interface NamedRights {
  /** Its kind and its own name (`key:billing`), for logs and as the actor of an event. */
  readonly name: string;
  readonly rights: Rights;
}

/**
 * Who a connection or a request speaks for.
 * - `everybody`  the server asks for no token
 * - `token`      one of the tokens with all rights
 * - `key`        an entry of the keys file
 * - `jwt`        the subject of a JSON Web Token
 */
export type Principal = NamedRights &
  (
    | { readonly kind: 'everybody' }
    | { readonly kind: 'token' }
    | {
        readonly kind: 'key';
        /** Of the key that was shown, in hexadecimal digits. */
        readonly sha256: string;
        /** In milliseconds since 1970. */
        readonly expiresAt?: number;
      }
    | { readonly kind: 'jwt'; /** In milliseconds since 1970. */ readonly expiresAt: number }
  );

export const EVERYBODY: Principal = { kind: 'everybody', name: 'everybody', rights: ALL_RIGHTS };

/** When it is no longer valid, in milliseconds since 1970; `Infinity`: it does not expire. */
export const expiryOf = (principal: Principal): number =>
  'expiresAt' in principal ? (principal.expiresAt ?? Infinity) : Infinity;

/**
 * The version that this build speaks: `auth.protocolVersion` of the handshake. A server refuses a version that it does
 * not serve with `protocol_unsupported`, whose details name its own: a newer client connects again with that one.
 */
export const PROTOCOL_VERSION = 6;

/** The oldest version that this build still serves, and that its client can fall back to. */
export const OLDEST_PROTOCOL_VERSION = 1;

/** What a client may be called. */
export const CLIENT_NAME = /^[\w.:@-]{1,128}$/;

/** The handshake's `auth`. All of it may be left out by a plain client. */
export interface Handshake {
  /** Default: the server's. */
  readonly protocolVersion?: number | undefined;
  /**
   * Lets a client resume its leases and producers after a reconnect: at least 128 random bits as 32 to 256 characters, the
   * same for each connection of one running instance. The server never shows it. Default: none, every connection is a
   * client of its own.
   */
  readonly secret?: string | undefined;
  /** What the server shows of the client in groups, dead letters and its log. Default: the server makes one up. */
  readonly name?: string | undefined;
  /** Clients of version 1: a UUID, used as secret. Ignored beside a `secret`. */
  readonly client?: string | undefined;
  /** A key of the server, or a JSON Web Token for it. */
  readonly token?: string | undefined;
}

/** A new token for a connection. */
export interface Authentication {
  readonly token: string;
}

/** The definition that the server has of a queue, for a consumer with a contract of its own. */
export interface ServedContract {
  /** Of the queue's definition, see `fingerprintOf`; null when it has none. */
  readonly fingerprint: string | null;
  /** The first seq that was validated by this definition; older messages may no longer match it. */
  readonly since: number;
}

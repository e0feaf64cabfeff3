/** Stands in the handshake, `auth.protocolVersion`. A server refuses another version with `protocol_unsupported`. */
export const PROTOCOL_VERSION = 1;

/** The handshake's `auth`. All of it may be left out by a plain client. */
export interface Handshake {
  readonly protocolVersion?: number;
  /** Stays the same over reconnects, so that leases survive them. A UUID. Default: the socket's id. */
  readonly client?: string;
  readonly token?: string;
}

/** What the server serves a queue by, for a consumer that has a contract of its own. */
export interface ServedContract {
  /** Of the queue's definition, see `fingerprintOf`; null when the server cannot tell. */
  readonly fingerprint: string | null;
  /** The first seq that was validated by this definition; older messages may no longer match it. */
  readonly since: number;
}

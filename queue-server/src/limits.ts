import { MAX_HEADERS_BYTES, MAX_PAYLOAD_BYTES } from '@typed-queue/contracts';

/** Limits for clients. */
export interface LimitOptions {
  /** What each principal may send, on all its connections together. Default: no limit. */
  readonly messagesPerSecond?: number | undefined;
  readonly bytesPerSecond?: number | undefined;
  /** Of all connections, idle ones included. Default 10,000. */
  readonly maxConnections?: number | undefined;
  /** Of the connections from one address. Default 1,000. */
  readonly maxConnectionsPerAddress?: number | undefined;
  /** Of one connection. Default 1,000. */
  readonly maxSubscriptions?: number | undefined;
  /** Of the existing groups that one connection has created. Default 100. */
  readonly maxGroupsPerConnection?: number | undefined;
  /** Of the wrong keys that an address may show in a minute. Default 10. */
  readonly maxWrongKeys?: number | undefined;
  /** Of a message, as JSON. Default and highest: 1 MiB. */
  readonly maxPayloadBytes?: number | undefined;
  /** Default and highest: 16 KiB. */
  readonly maxHeadersBytes?: number | undefined;
  /** For each step until a client is admitted, in milliseconds. Default 10 s. */
  readonly handshakeTimeoutMs?: number | undefined;
}

type Unlimited = 'messagesPerSecond' | 'bytesPerSecond';
export type Limits = Readonly<Record<Exclude<keyof LimitOptions, Unlimited>, number>> &
  Pick<LimitOptions, Unlimited>;

export const DEFAULT_LIMITS: Limits = {
  maxConnections: 10_000,
  maxConnectionsPerAddress: 1_000,
  maxSubscriptions: 1_000,
  maxGroupsPerConnection: 100,
  maxWrongKeys: 10,
  maxPayloadBytes: MAX_PAYLOAD_BYTES,
  maxHeadersBytes: MAX_HEADERS_BYTES,
  handshakeTimeoutMs: 10_000,
};

export const limitsOf = (options: LimitOptions): Limits => {
  const given = Object.entries(options).filter(([, limit]) => limit !== undefined);
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(given) };
};

import { MAX_HEADERS_BYTES, MAX_PAYLOAD_BYTES } from '@typed-queue/contracts';
import { MAX_PROXIES } from '@typed-queue/program';

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
  /** Of the messages that wait until they are due, in all queues. Default 1,000,000. */
  readonly maxScheduled?: number | undefined;
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
  maxScheduled: 1_000_000,
  handshakeTimeoutMs: 10_000,
};

const MIB = 1024 * 1024;
/** The longest that a timer of Node waits, in milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Of a whole number; `expected` says it in words. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly expected: string;
}

const from = (least: number, expected = `a whole number, ${least} or more`): Bounds => ({
  least,
  most: Number.MAX_SAFE_INTEGER,
  expected,
});
const between = (least: number, most: number, unit: string): Bounds => ({
  least,
  most,
  expected: `${unit}, ${least} to ${most}`,
});

/** What options may be, and the variables of the same meaning. */
export const BOUNDS = {
  messagesPerSecond: from(1),
  bytesPerSecond: from(1),
  maxConnections: from(1),
  maxConnectionsPerAddress: from(1),
  maxSubscriptions: from(1),
  maxGroupsPerConnection: from(1),
  maxGroups: from(1, 'a number of groups, 1 or more'),
  maxWrongKeys: from(1),
  maxPayloadBytes: between(1, MAX_PAYLOAD_BYTES, 'a number of bytes'),
  maxHeadersBytes: between(1, MAX_HEADERS_BYTES, 'a number of bytes'),
  maxScheduled: from(1),
  handshakeTimeoutMs: between(100, 600_000, 'milliseconds'),
  memoryBudget: between(64 * MIB, MIB * MIB, 'a number of bytes'),
  trustedProxies: between(0, MAX_PROXIES, 'a number of proxies'),
  drainMs: between(0, MAX_TIMER_MS, 'milliseconds'),
  leaseMs: between(1, MAX_TIMER_MS, 'milliseconds'),
  graceMs: between(0, MAX_TIMER_MS, 'milliseconds'),
  maxUnsettled: from(1),
} satisfies Record<string, Bounds>;

export const limitsOf = (options: LimitOptions): Limits => {
  const given = Object.entries(options).filter(([, limit]) => limit !== undefined);
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(given) };
};

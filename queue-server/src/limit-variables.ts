import { wholeNumber } from '@typed-queue/program';
import { BOUNDS, DEFAULT_LIMITS, type Bounds } from './limits.js';

const MIB = 1024 * 1024;

/** Several times what a publisher, a server and a consumer reach on two cores, see bench/. */
const DEFAULT_RATES = { messages: 500_000, bytes: 256 * MIB };

const within = ({ least, most, expected }: Bounds) =>
  wholeNumber({ least, most, error: `expected ${expected}` });

/** 0: no limit. */
const perSecond = (usual: number) =>
  wholeNumber({ least: 0, error: 'expected a whole number per second, or 0 for no limit' })
    .default(usual)
    .transform((rate) => (rate === 0 ? undefined : rate));

/** `isLocal`: the server listens on loopback without keys, where no rate is limited by default. */
export const limitVariables = (isLocal: boolean) => ({
  RATE_MESSAGES_PER_SECOND: perSecond(isLocal ? 0 : DEFAULT_RATES.messages),
  RATE_BYTES_PER_SECOND: perSecond(isLocal ? 0 : DEFAULT_RATES.bytes),
  MAX_CONNECTIONS: within(BOUNDS.maxConnections).optional(),
  MAX_CONNECTIONS_PER_ADDRESS: within(BOUNDS.maxConnectionsPerAddress).default(
    DEFAULT_LIMITS.maxConnectionsPerAddress,
  ),
  MAX_SUBSCRIPTIONS_PER_CONNECTION: within(BOUNDS.maxSubscriptions).default(DEFAULT_LIMITS.maxSubscriptions),
  MAX_GROUPS_PER_CONNECTION: within(BOUNDS.maxGroupsPerConnection).default(
    DEFAULT_LIMITS.maxGroupsPerConnection,
  ),
  MAX_GROUPS_PER_QUEUE: within(BOUNDS.maxGroups).default(1_000),
  MAX_WRONG_KEYS_PER_ADDRESS: within(BOUNDS.maxWrongKeys).default(DEFAULT_LIMITS.maxWrongKeys),
  MAX_PAYLOAD_BYTES: within(BOUNDS.maxPayloadBytes).default(DEFAULT_LIMITS.maxPayloadBytes),
  MAX_HEADERS_BYTES: within(BOUNDS.maxHeadersBytes).default(DEFAULT_LIMITS.maxHeadersBytes),
  MAX_SCHEDULED: within(BOUNDS.maxScheduled).default(DEFAULT_LIMITS.maxScheduled),
  HANDSHAKE_TIMEOUT_MS: within(BOUNDS.handshakeTimeoutMs).default(DEFAULT_LIMITS.handshakeTimeoutMs),
  MEMORY_BUDGET: wholeNumber({
    least: BOUNDS.memoryBudget.least / MIB,
    most: BOUNDS.memoryBudget.most / MIB,
    error: 'expected a number of MiB, 64 or more',
  }).default(256),
});

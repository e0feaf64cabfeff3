import { wholeNumber } from '@typed-queue/program';
import { DEFAULT_LIMITS } from './limits.js';

const MIB = 1024 * 1024;

/** Several times what a publisher, a server and a consumer reach on two cores, see bench/. */
const DEFAULT_RATES = { messages: 500_000, bytes: 256 * MIB };
const MIN_HANDSHAKE_MS = 100;
const MAX_HANDSHAKE_MS = 600_000;

const atLeastOne = wholeNumber({ least: 1, error: 'expected a whole number, 1 or more' });

const bytesUpTo = (most: number) =>
  wholeNumber({ least: 1, most, error: `expected a number of bytes, 1 to ${most}` }).default(most);

/** 0: no limit. */
const perSecond = (usual: number) =>
  wholeNumber({ least: 0, error: 'expected a whole number per second, or 0 for no limit' })
    .default(usual)
    .transform((rate) => (rate === 0 ? undefined : rate));

/** `isLocal`: the server listens on loopback without keys, where no rate is limited by default. */
export const limitVariables = (isLocal: boolean) => ({
  RATE_MESSAGES_PER_SECOND: perSecond(isLocal ? 0 : DEFAULT_RATES.messages),
  RATE_BYTES_PER_SECOND: perSecond(isLocal ? 0 : DEFAULT_RATES.bytes),
  MAX_CONNECTIONS: atLeastOne.optional(),
  MAX_CONNECTIONS_PER_ADDRESS: atLeastOne.default(DEFAULT_LIMITS.maxConnectionsPerAddress),
  MAX_SUBSCRIPTIONS_PER_CONNECTION: atLeastOne.default(DEFAULT_LIMITS.maxSubscriptions),
  MAX_GROUPS_PER_CONNECTION: atLeastOne.default(DEFAULT_LIMITS.maxGroupsPerConnection),
  MAX_GROUPS_PER_QUEUE: wholeNumber({ least: 1, error: 'expected a number of groups, 1 or more' }).default(
    1_000,
  ),
  MAX_WRONG_KEYS_PER_ADDRESS: atLeastOne.default(DEFAULT_LIMITS.maxWrongKeys),
  MAX_PAYLOAD_BYTES: bytesUpTo(DEFAULT_LIMITS.maxPayloadBytes),
  MAX_HEADERS_BYTES: bytesUpTo(DEFAULT_LIMITS.maxHeadersBytes),
  HANDSHAKE_TIMEOUT_MS: wholeNumber({
    least: MIN_HANDSHAKE_MS,
    most: MAX_HANDSHAKE_MS,
    error: `expected milliseconds, ${MIN_HANDSHAKE_MS} to ${MAX_HANDSHAKE_MS}`,
  }).default(DEFAULT_LIMITS.handshakeTimeoutMs),
  MEMORY_BUDGET: wholeNumber({ least: 64, most: MIB, error: 'expected a number of MiB, 64 or more' }).default(
    256,
  ),
});

import {
  accessPolicy,
  arrivalOf,
  unrefAfter,
  type AccessPolicy,
  type Authenticator,
} from '@typed-queue/program';
import { budgetOf } from './access/budget.js';
import { ADDRESS_HANDSHAKES, HandshakeRates, PRINCIPAL_HANDSHAKES } from './access/handshake-rates.js';
import { isRateLimited, RateLimits } from './access/rate-limits.js';
import { RefusalCounts } from './access/refusal-counts.js';
import { WrongKeys } from './access/wrong-keys.js';
import { limitsOf, type Limits } from './limits.js';
import type { OperatorLog } from './operator-log/operator-log.js';
import { DEFAULT_HOST, type ServingOptions } from './server-options.js';
import type { AdmissionOptions } from './transport/connection-admission.js';
import { StoreBacklog } from './transport/store-backlog.js';

/** What the connections of clients and the pages share. */
export const clientDeps = (log: OperatorLog, authenticator: Authenticator, options: ServingOptions) => ({
  ...clientLimits(limitsOf(options), authenticator, options.now),
  budget: budgetOf(options),
  storeBacklog: new StoreBacklog(),
  refusals: new RefusalCounts(),
  trustedProxies: options.trustedProxies ?? 0,
  audit: log.audit,
  onError: log.failure,
  onStalled: log.backupStalled,
});

/** Who may connect. */
export const clientAccess = (options: ServingOptions, authenticator: Authenticator) => ({
  ...admissionOptions(options, limitsOf(options)),
  access: accessOf(options, authenticator),
});

/** Through proxies, all clients come from a few addresses: the address that the proxies report counts. */
const admissionOptions = (
  { trustedProxies = 0, after = unrefAfter }: ServingOptions,
  { maxConnections, maxConnectionsPerAddress, handshakeTimeoutMs }: Limits,
): AdmissionOptions => ({
  maxConnections,
  maxConnectionsPerAddress,
  handshakeTimeoutMs,
  after,
  addressOf: (request) => arrivalOf(request, trustedProxies).clientAddress,
  isProxy: () => trustedProxies > 0,
});

/** Limits of each client, whatever resources the server has left. */
const clientLimits = (limits: Limits, authenticator: Authenticator, now = () => performance.now()) => ({
  now,
  rates: new RateLimits(limits, now),
  handshakes: {
    addresses: new HandshakeRates(isRateLimited(limits) ? ADDRESS_HANDSHAKES : undefined, now),
    principals: new HandshakeRates(isRateLimited(limits) ? PRINCIPAL_HANDSHAKES : undefined, now),
  },
  wrongKeys: new WrongKeys({ authenticator, mostPerMinute: limits.maxWrongKeys, now }),
  limits: { maxSubscriptions: limits.maxSubscriptions, maxGroups: limits.maxGroupsPerConnection },
});

const accessOf = (
  { host = DEFAULT_HOST, allowedHosts = [], origins = [] }: ServingOptions,
  { isRequired }: Authenticator,
): AccessPolicy => accessPolicy({ host, allowedHosts, origins, keysRequired: isRequired });

/** What Node programs share: environment, contract module, data folder, stop signals, logging, access, rights. Not for browsers. */
export { accessPolicy, accessRefusal, HEALTH_PATHS } from './access/access-policy.js';
export {
  isDyno,
  isHostName,
  isLocalOnly,
  isOrigin,
  MAX_PROXIES,
  reachVariables,
} from './access/access-variables.js';
export { arrivalOf, urlHost } from './access/arrival.js';
export { bearerToken } from './access/bearer-token.js';
export { httpStatusOf, REFUSAL_STATUSES } from './access/http-statuses.js';
export { originForm } from './access/request-target.js';
export { OpenExchanges } from './access/open-exchanges.js';
export { expectationFailed, refuseUnreadable } from './access/unreadable-requests.js';
export { isOpenUnasked } from './access/openness.js';
export { contractFrom, contractVariable, loadContract } from './contract-module.js';
export { dataDirVariable } from './data-dir.js';
export { endProcess } from './end-process.js';
export { commaSeparated, isSet, parseEnvironment } from './environment.js';
export { flushFolder, makeFolder, isOpenToOthers, makeDurableFolder, privateFolder } from './folder.js';
export { ownFolder } from './folder-owner.js';
export { Histogram } from './metrics/histogram.js';
export { field, printable } from './printable.js';
export { queueTokenOf, queueTokenVariables, queueUrl } from './queue-variables.js';
export { RepeatedErrors } from './repeated-errors.js';
export {
  authenticationOf,
  authenticationVariables,
  namesKeys,
  plainKeys,
} from './rights/authentication-variables.js';
export { Authenticator } from './rights/authenticator.js';
export { keyDigest, keysProblem, newKey, newKeyText } from './rights/key.js';
export { parseKeysFile } from './rights/keys-file.js';
export { EVERYBODY, expiryOf } from './rights/principal.js';
export { ALL_RIGHTS, Names, rightsSchema, rightsToModel, rightsToQueue } from './rights/rights.js';
export { ReloadSignal } from './reload-signal.js';
export { configOrReport, EXIT, LISTEN_ADVICE, runServer } from './run-program.js';
export { parseStart, STARTS } from './start.js';
export { aborted, stopSignal } from './stop-signal.js';
export { codeOf, messageOf } from './thrown.js';
export { after, unrefAfter } from './timers.js';
export { startTraces } from './tracing/traces.js';
export { portVariable, wholeNumber } from './whole-number.js';

export type { AccessOptions, AccessPolicy } from './access/access-policy.js';
export type { Arrival } from './access/arrival.js';
export type { LoadedContract } from './contract-module.js';
export type { DataDirPlaces } from './data-dir.js';
export type { Environment } from './environment.js';
export type { Release } from './folder-owner.js';
export type { Labels, Metric } from './metrics/metric.js';
export type { AuthenticatorOptions, KeyChanges } from './rights/authenticator.js';
export type { NamedKey } from './rights/keys-file.js';
export type { Principal } from './rights/principal.js';
export type { ModelVerb, QueueRights, QueueVerb, Rights } from './rights/rights.js';
export type { Signalled } from './stop-signal.js';
export type { Traces } from './tracing/traces.js';
export type { After } from '@typed-queue/contracts/wire';

/** What every program needs: its environment, an end by signals, lines that forge nothing, who may reach it. Not for browsers. */
export { accessPolicy, accessRefusal, HEALTH_PATHS } from './access/access-policy.js';
export { arrivalOf, urlHost } from './access/arrival.js';
export { isDyno, isLocalOnly, reachVariables } from './access/reach-variables.js';
export { commaSeparated } from './comma-separated.js';
export { loadContract } from './contract-module.js';
export { contractFrom, contractVariable } from './contract-variable.js';
export { dataDirVariable } from './data-dir.js';
export { makeDurableFolder } from './durable-folder.js';
export { isSet, parseEnvironment } from './environment.js';
export { flushFolder } from './flush-folder.js';
export { ownFolder } from './folder-owner.js';
export { field, printable } from './printable.js';
export { isOpenToOthers, privateFolder } from './private-folder.js';
export { queueTokenOf, queueTokenVariables } from './queue-token.js';
export { queueUrl } from './queue-url.js';
export { RepeatedErrors } from './repeated-errors.js';
export { Authenticator } from './rights/authenticator.js';
export {
  authenticationOf,
  authenticationVariables,
  namesKeys,
  plainKeys,
} from './rights/authentication-variables.js';
export { newKeyText } from './rights/new-key.js';
export { EVERYBODY, expiryOf } from './rights/principal.js';
export { ALL_RIGHTS, rightsToModel, rightsToQueue } from './rights/rights.js';
export { configOrReport, EXIT, LISTEN_ADVICE, runServer } from './run-program.js';
export { aborted, stopSignal } from './stop-signal.js';
export { after } from './timers.js';

export type { LoadedContract } from './contract-module.js';
export type { DataDirPlaces } from './data-dir.js';
export type { AccessOptions, AccessPolicy } from './access/access-policy.js';
export type { Arrival } from './access/arrival.js';
export type { Folders } from './durable-folder.js';
export type { Environment, EnvironmentSchema } from './environment.js';
export type { FolderMachine } from './flush-folder.js';
export type { FolderOwner, Release } from './folder-owner.js';
export type { AuthenticatorOptions, KeyChanges } from './rights/authenticator.js';
export type { JsonWebTokenOptions } from './rights/json-web-tokens.js';
export type { Principal } from './rights/principal.js';
export type { ModelVerb, Names, QueueRights, QueueVerb, Rights } from './rights/rights.js';
export type { After } from './timers.js';

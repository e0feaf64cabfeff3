import { QueueError } from '@typed-queue/contracts';
import {
  OLDEST_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
  requestVersions,
  subscribeVersions,
  tailVersions,
  type Versions,
} from '@typed-queue/contracts/wire';
import type { RequestName } from './requests.js';

/**
 * The version of an older server that refused the requested one, if this client speaks it as well. Undefined: the
 * server refused for another reason, or no version is common.
 */
export const olderVersion = ({ code, details }: QueueError, requested: number): number | undefined => {
  const { server } = details;
  if (code !== 'protocol_unsupported' || typeof server !== 'number') return undefined;
  return OLDEST_PROTOCOL_VERSION <= server && server < requested ? server : undefined;
};

/** Why a server of this version cannot answer a request; undefined: it can. */
export const unsupportedRequest = (
  request: RequestName,
  server: number,
  versions: Partial<Versions<RequestName>> = requestVersions,
): QueueError | undefined => {
  const version = versions[request] ?? OLDEST_PROTOCOL_VERSION;
  if (version <= server) return undefined;
  const text = `"${request}" needs a server of protocol version ${version}, and this one speaks ${server}. Upgrade it.`;
  const details = { server, client: PROTOCOL_VERSION, request };
  return new QueueError('protocol_unsupported', text, { details });
};

const fieldVersions: Partial<Record<RequestName, Versions<string>>> = {
  subscribe: subscribeVersions,
  tail: tailVersions,
};

/** The arguments of a request without the fields that a server of this version does not know. */
export const supportedArgs = (
  request: RequestName,
  args: readonly unknown[],
  server: number,
  versions = fieldVersions,
): readonly unknown[] => {
  const fields = versions[request];
  if (fields === undefined || server >= PROTOCOL_VERSION) return args;
  const isKnown = ([field]: readonly [string, unknown]): boolean =>
    (fields[field] ?? OLDEST_PROTOCOL_VERSION) <= server;
  return args.map((body) => Object.fromEntries(Object.entries(body ?? {}).filter(isKnown)));
};

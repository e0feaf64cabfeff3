import { QueueError } from '@typed-queue/contracts';
import {
  OLDEST_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
  requestVersions,
  type Versions,
} from '@typed-queue/contracts/wire';
import type { ClientSocket } from './socket.js';

type Emitting = Pick<ClientSocket, 'emit'>;

/**
 * The version of an older server that refused the one it was asked to speak, when this client can speak it as well.
 * Undefined: it was refused for another reason, or they have none in common.
 */
export const olderVersion = ({ code, details }: QueueError, asked: number): number | undefined => {
  const { server } = details;
  if (code !== 'protocol_unsupported' || typeof server !== 'number') return undefined;
  return OLDEST_PROTOCOL_VERSION <= server && server < asked ? server : undefined;
};

/** Of a request, the fields that a server of a version knows. */
export const withoutNewer = <T extends object>(
  request: T,
  versions: Versions<keyof T & string>,
  server: number,
): T => {
  if (server >= PROTOCOL_VERSION) return request;
  const brought = new Map<string, number>(Object.entries(versions));
  const known = Object.entries(request).filter(([field]) => (brought.get(field) ?? Infinity) <= server);
  // Safe: version 1 had all fields that a request must have.
  return Object.fromEntries(known) as T;
};

/** Sends only what a server of a version knows; anything else is refused here, with an error that says so. */
export const servedBy = (
  socket: Emitting,
  server: number,
  refuse: (error: QueueError) => void,
  versions: Versions<keyof typeof requestVersions> = requestVersions,
): Emitting => ({
  emit: (event, ...args) => {
    if (versions[event] <= server) return socket.emit(event, ...args);
    refuse(
      new QueueError(
        'protocol_unsupported',
        `"${event}" needs a server of protocol version ${versions[event]}, and this one speaks ${server}. ` +
          `This client speaks ${OLDEST_PROTOCOL_VERSION} to ${PROTOCOL_VERSION}. Upgrade the server.`,
        { details: { server, client: PROTOCOL_VERSION, request: event } },
      ),
    );
    return undefined;
  },
});

import { QueueError, type ErrorBody } from '@typed-queue/contracts';
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION, type Handshake } from '@typed-queue/contracts/wire';
import type { Authenticator, Principal } from '@typed-queue/program';
import { parseHandshake } from '../guard/requests.js';

/** A client that may connect. */
export interface AcceptedHandshake {
  readonly handshake: Handshake;
  readonly version: number;
  readonly principal: Principal;
}

/** `data`: what the client gets beside the message. */
export type HandshakeRefusal = Error & { readonly data: ErrorBody };

/** Checks the handshake of a client. */
export const checkHandshake = async (
  auth: unknown,
  authenticator: Pick<Authenticator, 'authenticate'>,
): Promise<AcceptedHandshake | HandshakeRefusal> => {
  try {
    const handshake = parseHandshake(auth);
    const { protocolVersion: version = PROTOCOL_VERSION, token } = handshake;
    const principal = await authenticator.authenticate(token);
    checkVersion(version);
    return { handshake, version, principal };
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    return Object.assign(new Error(error.message), { data: error.toJSON() });
  }
};

/** @throws QueueError `protocol_unsupported`, with the versions in its details: a newer client goes on with the server's */
const checkVersion = (version: number): void => {
  if (OLDEST_PROTOCOL_VERSION <= version && version <= PROTOCOL_VERSION) return;
  const older = version > PROTOCOL_VERSION ? 'server' : 'client';
  throw new QueueError(
    'protocol_unsupported',
    `This server speaks protocol versions ${OLDEST_PROTOCOL_VERSION} to ${PROTOCOL_VERSION}, the client version ${version}. Upgrade the ${older}.`,
    { details: { server: PROTOCOL_VERSION, oldest: OLDEST_PROTOCOL_VERSION, client: version } },
  );
};

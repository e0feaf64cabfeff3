import { QueueError, type ErrorBody } from '@typed-queue/contracts';
import { OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION, type Handshake } from '@typed-queue/contracts/wire';
import type { Authenticator, Principal } from '@typed-queue/program';
import { createHash } from 'node:crypto';
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

/** Which client a connection belongs to. */
export interface Identity {
  /** The same on all connections with the same secret. Never sent or logged. */
  readonly key: string;
  /** Shown to others. Several clients may have the same. */
  readonly name: string;
  /** The same on all connections that share their producers. */
  readonly producers: string;
}

/**
 * Only a digest of the secret is kept: comparing digests in variable time reveals nothing, since nobody can choose a
 * secret by its digest.
 */
const digest = (kind: string, text: string): string =>
  createHash('sha256').update(`${kind} ${text}`).digest('hex');

/** Without a secret each connection is another client, and its producers are known by their ids only. */
export const identityOf = ({ secret, client, name }: Handshake, connectionId: string): Identity => {
  const shown = secret !== undefined ? digest('secret', secret) : client && digest('client', client);
  const key = shown ?? digest('connection', connectionId);
  return { key, name: name ?? `client-${digest('name', key).slice(0, 8)}`, producers: shown ?? '' };
};

/**
 * The id of a producer in the log, a digest of its client (`Identity.producers`) and the id that it sent: the same id
 * is another producer for another client, and readers of frames learn no id that they could publish under.
 */
export const storedProducer = (client: string, id: string): string => {
  const hex = createHash('sha256').update(`producer ${client} ${id}`).digest('hex').slice(0, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

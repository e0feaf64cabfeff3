import type { Handshake } from '@typed-queue/contracts/wire';
import { createHash } from 'node:crypto';

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

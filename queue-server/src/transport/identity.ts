import type { Handshake } from '@typed-queue/contracts/wire';
import { createHash } from 'node:crypto';

/** Which client a connection belongs to. */
export interface Identity {
  /** The same on all connections that show the same secret. Never sent or logged. */
  readonly key: string;
  /** What others are shown of it. Several clients may have the same. */
  readonly name: string;
  /** Connections whose producers are the same have the same. */
  readonly producers: string;
}

/**
 * Of the secret only a digest is kept: comparing digests in variable time tells nothing about a secret, since nobody
 * can choose one by the digest it should have.
 */
const digest = (kind: string, text: string): string =>
  createHash('sha256').update(`${kind} ${text}`).digest('hex');

/** Who shows no secret is another client on each connection; its producers are known by their own ids alone. */
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

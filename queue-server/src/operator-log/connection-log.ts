import type { Logger } from 'pino';
import { OwnedFolding } from '../access/owned-folding.js';
import type { After } from '@typed-queue/contracts/wire';
import type { Cut } from '../transport/connection-admission.js';
import type { CutReason } from '../transport/connection-cutoff.js';
import type { Refusal } from '../transport/connection-limits.js';

const REFUSALS: Record<Refusal['bound'], string> = {
  server: 'too many connections: one that was not admitted yet was closed',
  address: 'too many connections from one address: one that was not admitted yet was closed',
};

const CUTS: Record<CutReason, string> = {
  handshake_too_large: 'a client sent more than a handshake before it was admitted, and was cut off',
  packet_invalid: 'a client sent no well-formed handshake, and was cut off',
  handshake_timeout: 'a client was not admitted in time, and was cut off',
  unread: 'a client does not read what it is sent, and was cut off',
  pings: 'a client sends nothing but WebSocket pings, and was cut off',
  pongs: 'a client sends pongs that nobody asked for, or packets without effect, and was cut off',
  not_waiting: 'a client keeps sending before its retryAfterMs is over, and was cut off',
  attachment_missing: 'a client announced an attachment and sent none, and was cut off',
};

export interface ConnectionLog {
  readonly onRefused: (refusal: Refusal) => void;
  readonly onCut: (cut: Cut) => void;
  /** The operating system refused a connection. */
  readonly onAcceptError: (error: unknown) => void;
  /** Writes the pending counts. */
  readonly close: () => void;
}

interface Line {
  readonly text: string;
  readonly details: object;
  /** Undefined: a client that was not admitted. */
  readonly principal?: string | undefined;
  readonly client?: string | undefined;
}

/** Logs connections that the server closed: the first of each kind and client, then how many more there were in a minute. */
export const connectionLog = (logger: Logger, after: After): ConnectionLog => {
  const folding = new OwnedFolding<Line>({
    ownerOf: ({ principal }) => principal ?? '',
    keyOf: ({ text, client }) => JSON.stringify([text, client]),
    linesEach: 1,
    after,
    write: ({ details, text }, more) =>
      logger.warn({ ...details, ...(more !== undefined && { more }) }, text),
    writeOthers: (more, principal) =>
      logger.warn({ more, principal }, 'connections of too many clients to list were closed'),
  });
  return {
    onRefused: (refusal) => folding.add({ details: refusal, text: REFUSALS[refusal.bound] }),
    onCut: (cut) => folding.add({ ...cut, details: cut, text: CUTS[cut.reason] }),
    onAcceptError: (err) => folding.add({ details: { err }, text: 'a connection could not be accepted' }),
    close: () => folding.close(),
  };
};

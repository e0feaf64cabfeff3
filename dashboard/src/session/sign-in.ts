import type { QueueError } from '@typed-queue/contracts';
import type { ConnectionState } from '@typed-queue/queue-client';

/** What another token can change. */
const CODES: readonly string[] = ['unauthorized', 'auth_expired'];

/** Why the server asks for a token, or for another one; undefined: it does not. */
export const signInReason = (connection: ConnectionState): QueueError | undefined =>
  connection.kind === 'refused' && CODES.includes(connection.error.code) ? connection.error : undefined;

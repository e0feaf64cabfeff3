import { uuidOfHash } from '@typed-queue/contracts/wire';
import { createHash } from 'node:crypto';

/** A call that its caller named. */
export interface NamedCall {
  readonly principal: string;
  readonly call: string;
  readonly callId: string;
}

/**
 * What a durable call is stored and found under: other principals, and other calls, may use the same id. A UUID of version 8
 * (RFC 9562), from a SHA-256.
 */
export const callKey = ({ principal, call, callId }: NamedCall): string =>
  uuidOfHash(
    createHash('sha256')
      .update(JSON.stringify([principal, call, callId]))
      .digest(),
  );

import { QueueError } from '@typed-queue/contracts';

const fieldOf = (value: unknown, name: string): unknown =>
  // Safe: an object may be asked for any field.
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

const messageOf = (value: unknown): string => {
  const message = fieldOf(value, 'message');
  return typeof message === 'string' ? message : '';
};

/**
 * The underlying cause of a failed connection attempt. Socket.IO reports only "websocket error"; in Node the cause is
 * in the error's `description`, browsers do not expose it.
 */
export const causeOf = (error: Error): Error => {
  const cause = fieldOf(fieldOf(error, 'description'), 'error');
  if (typeof cause !== 'object' || cause === null) return error;
  // A host with several addresses: an AggregateError with one error per address.
  const errors = fieldOf(cause, 'errors');
  const texts = Array.isArray(errors) ? errors.map(messageOf) : [];
  const text = messageOf(cause) || texts.join(', ') || error.message;
  return Object.assign(new Error(text, { cause }), { code: fieldOf(cause, 'code') });
};

/** Node's error codes for untrusted or mismatched certificates, and for servers without TLS. */
const TLS_CODES =
  /CERT|SELF_SIGNED|^UNABLE_TO_|^ERR_TLS_|^ERR_SSL_|^EPROTO$|^HOSTNAME_MISMATCH$|^INVALID_(CA|PURPOSE)$/;

/**
 * The error of a first attempt that no retry can cure; undefined: retry.
 * @param server scheme and host, for the message
 * @param answered a Socket.IO server answered and refused the connection
 */
export const finalError = (cause: Error, server: string, answered: boolean): QueueError | undefined => {
  if (answered) {
    const text = `What answers at ${server} is no queue server: ${cause.message}. Correct the URL or the path.`;
    return new QueueError('protocol_unsupported', text, { cause });
  }
  const code = fieldOf(cause, 'code');
  if (typeof code !== 'string' || !TLS_CODES.test(code)) return undefined;
  const text =
    `No secure connection to ${server}: ${cause.message} (${code}). Correct the URL, or give the certificate ` +
    'of its authority as "ca".';
  return new QueueError('server_untrusted', text, { details: { code }, cause });
};

import { describe, expect, it } from '@jest/globals';
import { causeOf, finalError } from './connection-failure.js';

/** As Socket.IO gives the error of a websocket. */
const transportError = (error?: unknown): Error =>
  Object.assign(new Error('websocket error'), { description: { type: 'error', error } });

const withCode = (code: string, message = code): Error => Object.assign(new Error(message), { code });

describe('causeOf', () => {
  it('is what the platform says, with its code', () => {
    const cause = withCode('ENOTFOUND', 'getaddrinfo ENOTFOUND nowhere');
    expect(causeOf(transportError(cause))).toMatchObject({
      message: cause.message,
      code: 'ENOTFOUND',
      cause,
    });
  });

  it('is what it says of each address of a name', () => {
    const refused = ['::1', '127.0.0.1'].map((address) =>
      withCode('ECONNREFUSED', `connect ECONNREFUSED ${address}`),
    );
    const cause = Object.assign(new AggregateError(refused), { code: 'ECONNREFUSED' });
    expect(causeOf(transportError(cause))).toMatchObject({
      message: 'connect ECONNREFUSED ::1, connect ECONNREFUSED 127.0.0.1',
      code: 'ECONNREFUSED',
    });
  });

  it('is the error itself where nobody says more, as in browsers', () => {
    const error = transportError();
    expect(causeOf(error)).toBe(error);
    expect(causeOf(new Error('timeout')).message).toBe('timeout');
  });
});

describe('finalError', () => {
  it.each([
    ...['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_HAS_EXPIRED'],
    ...['ERR_TLS_CERT_ALTNAME_INVALID', 'EPROTO'],
  ])('is one for %s: the server cannot be trusted', (code) => {
    const error = finalError(withCode(code), 'https://host', false);
    expect(error).toMatchObject({ code: 'server_untrusted', retryable: false, details: { code } });
    expect(error?.message).toContain('https://host');
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'ECONNRESET', 'ETIMEDOUT'])('is none for %s: it may pass', (code) => {
    expect(finalError(withCode(code), 'http://host', false)).toBeUndefined();
  });

  it('is one when a Socket.IO server answered that is no queue server', () => {
    const error = finalError(new Error('Invalid namespace'), 'http://host', true);
    expect(error).toMatchObject({
      code: 'protocol_unsupported',
      message: expect.stringContaining('Invalid namespace'),
    });
  });
});

import { ApiError } from '@typed-queue/contracts';
import type { Server } from 'node:http';
import { OpenExchanges } from './open-exchanges.js';

/** What Node says of a request that it could not read, by the code of its error. */
const REFUSALS: Readonly<Record<string, ApiError>> = {
  HPE_HEADER_OVERFLOW: new ApiError(
    'headers_too_large',
    'The request line and the headers have too many bytes.',
  ),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: new ApiError(
    'body_too_large',
    'The chunk extensions of the body have too many bytes.',
  ),
  ERR_HTTP_REQUEST_TIMEOUT: new ApiError('request_timeout', 'The request did not arrive in time.'),
};

const NOT_HTTP = new ApiError('request_invalid', 'The request is not well-formed HTTP/1.1.');

/** Undefined: there is nobody to answer, as when TLS failed or the connection was lost. */
const refusalOf = ({ code = '' }: NodeJS.ErrnoException): ApiError | undefined =>
  REFUSALS[code] ?? (code.startsWith('HPE_') ? NOT_HTTP : undefined);

/** Of a request that expects something else than `100-continue`, which Node does by itself. */
export const expectationFailed = (): ApiError =>
  new ApiError('expectation_failed', 'Expect: this server does only 100-continue.');

const NO_PROXY = new ApiError(
  'method_unsupported',
  'This server is no proxy: it opens no connections to others.',
);

/**
 * Answers what cannot be read as a request, and CONNECT, and closes the connection. What follows a whole request is answered
 * after it; a request whose body is the fault is answered at once, as its route waits for the body.
 * @param answerTo makes a whole answer, from the status line on
 */
export const refuseUnreadable = (
  server: Server,
  answerTo: (error: ApiError) => string,
  exchanges = new OpenExchanges(server),
): void => {
  server.on('connect', (_request, socket) => {
    // The client may close the connection at any time.
    socket.on('error', () => undefined);
    exchanges.afterResponses(socket, () => socket.end(answerTo(NO_PROXY), () => socket.destroy()));
  });
  server.on('clientError', (error, socket) => {
    const refusal = refusalOf(error);
    if (refusal === undefined) {
      socket.destroy();
      return;
    }
    const refuse = (): void => {
      if (socket.writable) socket.end(answerTo(refusal), () => socket.destroy());
      else socket.destroy();
    };
    const exchange = exchanges.newestOn(socket);
    if (exchange === undefined) {
      refuse();
      return;
    }
    const { request, response } = exchange;
    if (request.complete) response.once('close', refuse);
    else if (response.headersSent) socket.destroy();
    else refuse();
  });
};

import { ApiError } from '@typed-queue/contracts';
import type { RequestHandler } from 'express';
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { problemOf } from './problem.js';

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

const refusalOf = ({ code = '' }: NodeJS.ErrnoException): ApiError =>
  REFUSALS[code] ?? new ApiError('request_invalid', 'The request is not well-formed HTTP/1.1.');

/** A whole answer, for a request that never became one. */
const answerTo = (error: Error, requestId: string): string => {
  const problem = problemOf(refusalOf(error), { path: '/', requestId });
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
};

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Answers what cannot be read as a request with a problem document, and closes the connection. What follows a whole
 * request is answered after it; a request whose body is the fault is answered at once, as its route waits for the body.
 */
export const refuseUnreadable = (server: Server, newRequestId: () => string): void => {
  const last = new WeakMap<Duplex, Exchange>();
  const begin = (request: IncomingMessage, response: ServerResponse): void =>
    void last.set(request.socket, { request, response });
  server.on('request', begin).on('checkExpectation', begin);
  server.on('clientError', (error, socket) => {
    const refuse = (): void => {
      if (socket.writable) socket.end(answerTo(error, newRequestId()), () => socket.destroy());
      else socket.destroy();
    };
    const exchange = last.get(socket);
    if (exchange === undefined) {
      refuse();
      return;
    }
    const { request, response } = exchange;
    if (request.complete && !response.writableFinished) response.once('close', refuse);
    else if (!request.complete && response.headersSent) socket.destroy();
    else refuse();
  });
};

/** Refuses what `Expect` asks for, besides `100-continue`, which Node does by itself. */
export const expectations: RequestHandler = (request, _response, next) => {
  const expected = request.get('expect');
  if (expected !== undefined && expected.toLowerCase() !== '100-continue') {
    throw new ApiError('expectation_failed', 'Expect: this API does only 100-continue.');
  }
  next();
};

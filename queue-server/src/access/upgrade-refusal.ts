import { QueueError } from '@typed-queue/contracts';
import type { IncomingMessage } from 'node:http';

/** RFC 6455, 4.1: 16 bytes in base64. */
const WEBSOCKET_KEY = /^[+/0-9a-z]{22}==$/i;

/** RFC 9110, 5.6.2. */
const NAME = String.raw`[\w!#$%&'*+.^\x60|~-]+`;
const PROTOCOLS = new RegExp(String.raw`^(?:${NAME}(?:[\t ]*,[\t ]*${NAME})*)?$`);

/** Why a request is no handshake of Engine.IO 4 for a websocket; undefined: it is one. */
export const upgradeRefusal = (request: IncomingMessage): QueueError | undefined => {
  const { method, url = '', headers, httpVersion } = request;
  const query = new URLSearchParams(url.split('?')[1]);
  if (httpVersion !== '1.1') return invalid(`HTTP/${httpVersion}: expected HTTP/1.1`);
  if (method !== 'GET') return invalid('method: expected GET');
  if (query.getAll('EIO').join() !== '4') return invalid('EIO: expected 4, the version of Engine.IO');
  if (query.getAll('transport').join() !== 'websocket') return invalid('transport: expected websocket');
  if (query.has('sid')) return invalid('sid: expected none, as a connection begins with its upgrade');
  if (headers['sec-websocket-version'] !== '13') return invalid('Sec-WebSocket-Version: expected 13');
  if (!WEBSOCKET_KEY.test(headers['sec-websocket-key'] ?? ''))
    return invalid('Sec-WebSocket-Key: expected 16 bytes in base64');
  if (!PROTOCOLS.test(headers['sec-websocket-protocol'] ?? ''))
    return invalid('Sec-WebSocket-Protocol: expected names, separated by commas');
  return undefined;
};

const invalid = (what: string): QueueError =>
  new QueueError('request_invalid', `This is no handshake of a queue client. ${what}.`);

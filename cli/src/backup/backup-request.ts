import { QueueError, type ErrorBody } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';
import type { IncomingMessage } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { json } from 'node:stream/consumers';
import type { Settings } from '../connection/settings.js';
import { CommandError, EXIT } from '../exit-code.js';

const KEEP_ALIVE_MS = 10_000;

/** Codes of a server without that page. */
const MISSING: readonly string[] = ['route_unknown', 'method_unsupported'];

/**
 * Asks the server for a backup: its bytes, as fast as they are read. They end with an error when the connection is lost, or
 * the signal aborts.
 * @throws CommandError, QueueError what the server refuses with
 */
export const requestBackup = async (
  settings: Settings,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> => {
  const { url, token } = settings;
  const response = await post(settings, typeof token === 'function' ? await token() : token, signal);
  if (response.statusCode === 200) return bytesOf(response, signal);
  const body: unknown = await json(response).catch(() => undefined);
  if (isError(body) && !MISSING.includes(body.code)) throw QueueError.fromBody(body);
  throw new CommandError(
    EXIT.unavailable,
    `${url} makes no backups (it answers ${response.statusCode}): it is an older queue server, or none`,
  );
};

const post = (
  { url, path = '/socket.io/', ca, timeoutMs }: Settings,
  token: string | undefined,
  signal: AbortSignal,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    // Behind a proxy it is beside Socket.IO.
    const target = new URL('backup', new URL('.', new URL(path.replace(/\/$/, ''), url)));
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const options = { method: 'POST', headers, agent: false, signal };
    const request =
      target.protocol === 'https:' ? requestHttps(target, { ...options, ca }) : requestHttp(target, options);
    const late = setTimeout(
      () => request.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`)),
      timeoutMs,
    );
    request.on('socket', (socket) => socket.setKeepAlive(true, KEEP_ALIVE_MS));
    request.on('error', (error) => {
      clearTimeout(late);
      reject(new CommandError(EXIT.unreachable, `no queue server at ${url}: ${messageOf(error)}`));
    });
    request.on('response', (response) => {
      clearTimeout(late);
      resolve(response);
    });
    request.end();
  });

async function* bytesOf(
  response: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, undefined> {
  try {
    yield* response;
  } catch (error) {
    const why = signal.aborted ? 'stopped' : `connection lost (${messageOf(error)})`;
    throw new CommandError(EXIT.unreachable, `the backup is not complete, and was removed: ${why}`);
  }
}

const isError = (body: unknown): body is ErrorBody =>
  typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';

import { QueueError, type ErrorCode } from '@typed-queue/contracts';
import { bearerToken, codeOf, type Principal } from '@typed-queue/program';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Audit } from '../access/audit.js';

export interface BackupPageDeps {
  readonly addressOf: (request: IncomingMessage) => string;
  readonly authenticate: (address: string, token: string | undefined) => Promise<Principal>;
  /** Begins a backup, which ends with what it returns. @throws QueueError */
  readonly begin: (principal: Principal) => Promise<AsyncIterable<Uint8Array>>;
  readonly audit: Pick<Audit, 'action' | 'refusal'>;
  readonly onError: (error: unknown) => void;
}

const PATH = '/backup';

/** The HTTP status of each error that a backup is refused with; others are 500. */
export const BACKUP_STATUSES: Readonly<Partial<Record<ErrorCode, number>>> = {
  request_invalid: 400,
  unauthorized: 401,
  auth_expired: 401,
  forbidden: 403,
  rate_limited: 429,
  auth_unavailable: 503,
  overloaded: 503,
  closed: 503,
};

/**
 * Answers `POST /backup` with a backup of the server as a tar archive; `next` answers everything else. It is no GET, which a
 * foreign page could send without an `Origin`. An archive that cannot be finished ends with the connection.
 */
export const backupPage =
  (deps: BackupPageDeps, next: RequestListener): RequestListener =>
  (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0];
    if (path !== PATH || request.method !== 'POST') next(request, response);
    else void answer(request, response, deps);
  };

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  deps: BackupPageDeps,
): Promise<void> => {
  const caller: { address: string; principal?: string } = { address: deps.addressOf(request) };
  const record = (outcome: 'ok' | ErrorCode): void =>
    deps.audit.action({ ...caller, verb: 'backup', outcome });
  try {
    const principal = await deps.authenticate(caller.address, bearerToken(request.headers.authorization));
    caller.principal = principal.name;
    const archive = await deps.begin(principal);
    response.writeHead(200, { 'content-type': 'application/x-tar', 'cache-control': 'no-store' });
    await pipeline(Readable.from(archive, { objectMode: false }), response);
    record('ok');
  } catch (error) {
    const known = error instanceof QueueError ? error : undefined;
    if (response.headersSent) record('aborted');
    else if (known === undefined || caller.principal !== undefined) record(known?.code ?? 'internal');
    else deps.audit.refusal({ ...caller, verb: 'backup', outcome: known.code });
    if (known === undefined && !isGone(error)) deps.onError(error);
    refuse(response, known ?? new QueueError('internal', 'The server failed; its log says more.'));
  }
};

const GONE: readonly (string | undefined)[] = ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'];

/** The client has closed the connection. */
const isGone = (error: unknown): boolean => GONE.includes(codeOf(error));

const refuse = (response: ServerResponse, error: QueueError): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const text = `${JSON.stringify(error)}\n`;
  response.writeHead(BACKUP_STATUSES[error.code] ?? 500, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    connection: 'close',
    ...(error.code === 'unauthorized' ? { 'www-authenticate': 'Bearer' } : {}),
  });
  response.end(text);
};

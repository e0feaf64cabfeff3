import { QueueError } from '@typed-queue/contracts';
import { codeOf } from '@typed-queue/program';
import type { After } from '@typed-queue/contracts/wire';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Audit } from '../access/audit.js';
import type { Caller, GuardedPage } from './guarded-page.js';

export interface BackupPageDeps {
  readonly queues: () => Promise<readonly string[]>;
  /** Begins a backup, which ends with what it returns. @throws QueueError */
  readonly begin: () => Promise<AsyncIterable<Uint8Array>>;
  readonly audit: Pick<Audit, 'action'>;
  readonly onStalled: (stall: BackupStall) => void;
  readonly onError: (error: unknown) => void;
  readonly after: After;
}

/** A backup that was ended because nothing more of it was read. */
export interface BackupStall extends Caller {
  /** How long it waited for its reader, in milliseconds. */
  readonly waitedMs: number;
}

/** How long a backup waits for its reader, in milliseconds: meanwhile there can be no other. */
export const MAX_READER_PAUSE_MS = 30_000;

/**
 * `POST /backup`: a backup of the server as a tar archive. It is no GET, which a foreign page could send without an
 * `Origin`. An archive that cannot be finished ends with the connection.
 */
export const backupPage = (deps: BackupPageDeps): GuardedPage => ({
  path: '/backup',
  methods: ['POST'],
  needs: ['admin', 'tail'],
  queues: deps.queues,
  answer: async (response, caller) => {
    const archive = await deps.begin();
    response.writeHead(200, { 'content-type': 'application/x-tar', 'cache-control': 'no-store' });
    // The limit of a reader that pauses is the backup's own.
    response.setTimeout(0);
    const outcome = await send(archive, response, deps, caller);
    deps.audit.action({ ...caller, verb: 'backup', outcome });
  },
});

const send = async (
  archive: AsyncIterable<Uint8Array>,
  response: ServerResponse,
  deps: BackupPageDeps,
  caller: Caller,
): Promise<'ok' | 'aborted'> => {
  const over = new AbortController();
  const pause = new ReaderPause(deps.after, () => over.abort(STALLED));
  try {
    const chunks = Readable.from(pause.watched(archive), { objectMode: false });
    await pipeline(chunks, response, { signal: over.signal });
    return 'ok';
  } catch (error) {
    if (over.signal.aborted) deps.onStalled({ ...caller, waitedMs: MAX_READER_PAUSE_MS });
    else if (!isGone(error)) deps.onError(error);
    return 'aborted';
  } finally {
    pause.end();
  }
};

const STALLED = new QueueError('aborted', 'Nothing more of the backup was read.');

const GONE: readonly (string | undefined)[] = ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'];

/** The client has closed the connection. */
const isGone = (error: unknown): boolean => GONE.includes(codeOf(error));

/** Ends a stream whose reader takes no chunk for too long. The time that a chunk takes to come does not count. */
class ReaderPause {
  readonly #after: After;
  readonly #onTooLong: () => void;
  #cancel: () => void = () => undefined;

  constructor(after: After, onTooLong: () => void) {
    this.#after = after;
    this.#onTooLong = onTooLong;
  }

  async *watched(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
    for await (const chunk of chunks) {
      this.#begin();
      yield chunk;
      this.end();
    }
    // What is buffered waits for the reader as well.
    this.#begin();
  }

  #begin(): void {
    this.#cancel = this.#after(MAX_READER_PAUSE_MS, this.#onTooLong);
  }

  end(): void {
    this.#cancel();
  }
}

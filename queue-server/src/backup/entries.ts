import { QueueError } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';
import { constants, createReadStream, openSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join, relative, sep } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { backupInvalid } from './manifest.js';

/** A file of a backup that is read. Read its content before the next entry. */
export interface BackupEntry {
  /** With slashes. */
  readonly path: string;
  readonly content: AsyncIterable<Uint8Array>;
}

/** More than any padding, and what is read ahead, in bytes. */
const MAX_IDLE_BYTES = 16 * 1024 * 1024;

/** The files of an archive. @throws QueueError `backup_invalid` when it is cut off, damaged, endless, or no archive */
export async function* archiveEntries(
  archive: AsyncIterable<Uint8Array>,
): AsyncGenerator<BackupEntry, undefined> {
  const { createTarDecoder } = await import('modern-tar');
  const source = new ArchiveSource(archive);
  const decoder = createTarDecoder({ strict: true });
  try {
    for await (const { header, body } of ReadableStream.from(source.chunks()).pipeThrough(decoder)) {
      source.used();
      const path = header.name.replace(/^\.\//, '');
      if (header.type === 'directory') await body.cancel();
      else if (header.type === 'file') yield { path, content: readingOf(body, source) };
      else throw backupInvalid('foreign', `it has an entry that is no file: ${path}`, path);
    }
  } catch (error) {
    throw source.errorOf(error);
  }
}

async function* readingOf(
  body: AsyncIterable<Uint8Array>,
  source: ArchiveSource,
): AsyncGenerator<Uint8Array, undefined> {
  try {
    for await (const chunk of body) {
      source.used();
      yield chunk;
    }
  } catch (error) {
    throw source.errorOf(error);
  }
}

/** The bytes of an archive: tells whether they cannot be read from what is wrong with them. */
class ArchiveSource {
  readonly #archive: AsyncIterable<Uint8Array>;
  #failure: { readonly error: unknown } | undefined;
  /** Bytes since there was something of a file. */
  #idle = 0;

  constructor(archive: AsyncIterable<Uint8Array>) {
    this.#archive = archive;
  }

  async *chunks(): AsyncGenerator<Uint8Array, undefined> {
    try {
      for await (const chunk of this.#archive) {
        this.#idle += chunk.byteLength;
        if (this.#idle - chunk.byteLength > MAX_IDLE_BYTES)
          throw backupInvalid(
            'foreign',
            'it has no end, or is no tar archive: there are more bytes than files',
          );
        yield chunk;
      }
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  /** Something of a file was read. */
  used(): void {
    this.#idle = 0;
  }

  /** The error to report in place of one of the decoder. */
  errorOf(error: unknown): unknown {
    if (this.#failure !== undefined) return this.#failure.error;
    if (error instanceof QueueError) return error;
    return backupInvalid('damaged', `it is no intact tar archive: ${messageOf(error).replace(/\.$/, '')}`);
  }
}

/**
 * Opened when it is read first: an error of a stream that nobody reads would end the process. The signal ends it also while
 * a read of the system waits, for which the stream of a file would wait, and with it the process.
 */
export async function* fileContent(
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, undefined> {
  const content = new PassThrough();
  // Its failure is that of the content.
  void pipeline(await openSource(path), content, { signal }).catch(() => undefined);
  yield* content;
}

/** A named pipe is read as a socket: nothing that cannot be ended waits until somebody writes to it. */
const openSource = async (path: string): Promise<Readable> => {
  if (!(await stat(path)).isFIFO()) return createReadStream(path);
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
};

/** The files of a folder. The signal ends the reading of a file. */
export async function* folderEntries(
  dir: string,
  signal?: AbortSignal,
): AsyncGenerator<BackupEntry, undefined> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true });
  for (const entry of entries) {
    if (entry.isDirectory()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = relative(dir, file).split(sep).join('/');
    if (!entry.isFile()) throw backupInvalid('foreign', `it has an entry that is no file: ${path}`, path);
    yield { path, content: fileContent(file, signal) };
  }
}

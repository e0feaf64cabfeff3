import { QueueError } from '@typed-queue/contracts';
import { messageOf } from '@typed-queue/program';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { backupInvalid } from './manifest.js';

/** A file of a backup that is read. Read its content before the next entry. */
export interface BackupEntry {
  /** With slashes. */
  readonly path: string;
  readonly content: AsyncIterable<Uint8Array>;
}

/** The files of an archive. @throws QueueError `backup_invalid` when it is cut off, damaged, or no archive */
export async function* archiveEntries(
  archive: AsyncIterable<Uint8Array>,
): AsyncGenerator<BackupEntry, undefined> {
  const { createTarDecoder } = await import('modern-tar');
  let failure: { readonly error: unknown } | undefined;
  const source = async function* (): AsyncGenerator<Uint8Array, undefined> {
    try {
      yield* archive;
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  const errorOf = (error: unknown): unknown => {
    if (failure !== undefined) return failure.error;
    if (error instanceof QueueError) return error;
    return backupInvalid('damaged', `it is no intact tar archive: ${messageOf(error)}`);
  };
  try {
    for await (const { header, body } of ReadableStream.from(source()).pipeThrough(
      createTarDecoder({ strict: true }),
    )) {
      const path = header.name.replace(/^\.\//, '');
      if (header.type === 'directory') await body.cancel();
      else if (header.type === 'file') yield { path, content: readingOf(body, errorOf) };
      else throw backupInvalid('foreign', `it has an entry that is no file: ${path}`, path);
    }
  } catch (error) {
    throw errorOf(error);
  }
}

async function* readingOf(
  body: AsyncIterable<Uint8Array>,
  errorOf: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array, undefined> {
  try {
    yield* body;
  } catch (error) {
    throw errorOf(error);
  }
}

/** The files of a folder. */
export async function* folderEntries(dir: string): AsyncGenerator<BackupEntry, undefined> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true });
  for (const entry of entries) {
    if (entry.isDirectory()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = relative(dir, file).split(sep).join('/');
    if (!entry.isFile()) throw backupInvalid('foreign', `it has an entry that is no file: ${path}`, path);
    yield { path, content: createReadStream(file) };
  }
}

import { createHash } from 'node:crypto';
import type { BackupEntry } from './entries.js';
import {
  backupInvalid,
  decodeManifest,
  MANIFEST_FILE,
  MAX_MANIFEST_BYTES,
  type Manifest,
  type ManifestFile,
} from './manifest.js';

/** Where the files of a backup go while it is checked. */
export interface BackupSink {
  write(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void>;
}

const DISCARD: BackupSink = {
  write: async (_path, chunks) => {
    for await (const _ of chunks);
  },
};

/** The files that a backup may have. No part of a path leads out of its folder, or is too long for a file system. */
const PATH =
  /^(?:(?:queues|dead-letters)\/(?:[a-z][a-z0-9_-]{0,62}(?:\.calls|\.answers)?|server\.schedule)\/[a-z0-9][a-z0-9.]{0,57}\.(?:log|mark)|groups\.ndjson|contracts\.json)$/;

/**
 * Reads a backup to its end and compares all files with its manifest. What was written to the sink is a backup only
 * when it resolves.
 * @throws QueueError `backup_invalid`; `details.reason` is `incomplete`, `damaged` or `foreign`
 */
export const checkBackup = async (
  entries: AsyncIterable<BackupEntry>,
  sink: BackupSink = DISCARD,
): Promise<Manifest> => {
  const found = new Map<string, ManifestFile>();
  let manifest: Uint8Array | undefined;
  for await (const { path, content } of entries) {
    if (path === MANIFEST_FILE) {
      manifest = await bytesOf(content);
      continue;
    }
    if (!PATH.test(path) || found.has(path)) throw backupInvalid('foreign', `it has a file ${path}`, path);
    const digest = new Digest(content);
    await sink.write(path, digest.chunks());
    found.set(path, { path, bytes: digest.bytes, sha256: digest.hex() });
  }
  if (manifest === undefined)
    throw backupInvalid('incomplete', `it has no ${MANIFEST_FILE}: it was interrupted, or is no backup`);
  return compared(decodeManifest(manifest), found);
};

const compared = (manifest: Manifest, found: Map<string, ManifestFile>): Manifest => {
  for (const { path, bytes, sha256 } of manifest.files) {
    const file = found.get(path);
    if (file === undefined) throw backupInvalid('incomplete', `it lacks ${path}`, path);
    if (file.bytes !== bytes || file.sha256 !== sha256)
      throw backupInvalid('damaged', `${path} is not what its checksum says`, path);
    found.delete(path);
  }
  const [more] = found.keys();
  if (more !== undefined) throw backupInvalid('foreign', `its manifest does not know ${more}`, more);
  return manifest;
};

const bytesOf = async (content: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.byteLength;
    if (bytes > MAX_MANIFEST_BYTES)
      throw backupInvalid('damaged', `${MANIFEST_FILE} is too large`, MANIFEST_FILE);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** Counts and digests what passes. */
class Digest {
  bytes = 0;
  readonly #content: AsyncIterable<Uint8Array>;
  readonly #hash = createHash('sha256');

  constructor(content: AsyncIterable<Uint8Array>) {
    this.#content = content;
  }

  async *chunks(): AsyncGenerator<Uint8Array, undefined> {
    for await (const chunk of this.#content) {
      this.#hash.update(chunk);
      this.bytes += chunk.byteLength;
      yield chunk;
    }
  }

  hex(): string {
    return this.#hash.digest('hex');
  }
}

import { createHash } from 'node:crypto';
import type { Payload, SystemContract } from '@typed-queue/contracts';
import { failureOf } from './failure.js';
import type { FileSystem } from './file-system.js';
import { readContent } from './reader.js';
import { transformBytes, type Transform } from './transform.js';
import { replaceContent } from './writer.js';

type Saved = Payload<SystemContract, 'files', 'save'>;
type Failed = Payload<SystemContract, 'files', 'error'>;

/** What became of a file: the event that the queue `files` is told. */
export type FileOutcome =
  { readonly event: 'save'; readonly payload: Saved } | { readonly event: 'error'; readonly payload: Failed };

export interface FileWork {
  readonly fs: FileSystem;
  readonly transform: Transform;
  /** Milliseconds from any start. */
  readonly now: () => number;
}

/** Milliseconds without digits that no clock means. */
const toMicroseconds = (ms: number): number => Math.round(ms * 1_000) / 1_000;

/** Reads a file, transforms its text and writes it back. Never throws: what fails is an outcome as well. */
export const processFile = async (path: string, { fs, transform, now }: FileWork): Promise<FileOutcome> => {
  const startedAt = now();
  let operation: Failed['operation'] = 'read';
  try {
    const content = await readContent(fs, path);
    operation = 'transform';
    const bytes = transformBytes(content, transform);
    operation = 'write';
    await replaceContent(fs, path, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return {
      event: 'save',
      payload: { path, bytes: bytes.byteLength, sha256, durationMs: toMicroseconds(now() - startedAt) },
    };
  } catch (error) {
    return { event: 'error', payload: { path, operation, ...failureOf(error) } };
  }
};

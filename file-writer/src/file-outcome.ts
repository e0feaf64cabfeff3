import type { Payload, SystemContract } from '@typed-queue/contracts';
import { failureOf, FileError } from './file-system.js';
import type { FileSystem } from './file-system.js';
import type { Progress } from './progress.js';
import { openSource, type Source } from './reader.js';
import type { Processes } from './temporary.js';
import type { Transform } from './transform.js';
import { utf8Decoder } from './utf8.js';
import { replaceContent, type Written } from './writer.js';

type Saved = Payload<SystemContract, 'files', 'save'>;
type Failed = Payload<SystemContract, 'files', 'error'>;

/** The outcome of a file: the event that is published to the queue `files`. */
export type FileOutcome =
  { readonly event: 'save'; readonly payload: Saved } | { readonly event: 'error'; readonly payload: Failed };

export interface FileWork {
  readonly fs: FileSystem;
  readonly transform: Transform;
  readonly processes: Processes;
  readonly progress: Progress;
  /** Milliseconds from any start. */
  readonly now: () => number;
}

/** What is being done to a file. */
interface Stage {
  operation: Failed['operation'];
}

/** The content transformed, in chunks: reads only when the writer asks for more. */
async function* transformed(
  { chunks }: Source,
  { transform, progress }: FileWork,
  stage: Stage,
): AsyncGenerator<Buffer> {
  stage.operation = 'transform';
  const decoder = utf8Decoder();
  const transformation = transform();
  stage.operation = 'read';
  for await (const bytes of chunks) {
    progress.advance(bytes.byteLength);
    stage.operation = 'transform';
    const text = transformation.push(decoder.decode(bytes));
    stage.operation = 'write';
    yield Buffer.from(text);
    stage.operation = 'read';
  }
  stage.operation = 'transform';
  decoder.end();
  const rest = transformation.end();
  stage.operation = 'write';
  yield Buffer.from(rest);
}

/** Node's replacement for bytes of a command line that are not UTF-8; it cannot open such a file. */
const REPLACEMENT = '\uFFFD';

const nameNotUtf8 = (path: string, error: unknown): unknown =>
  path.includes(REPLACEMENT) && failureOf(error).code === 'ENOENT'
    ? new FileError('EILSEQ', 'the name of the file is not UTF-8: rename it, or name it by a link')
    : error;

const rewrite = async (path: string, work: FileWork, stage: Stage): Promise<Written> => {
  const source = await openSource(work.fs, path).catch((error: unknown) => {
    throw nameNotUtf8(path, error);
  });
  try {
    stage.operation = 'write';
    return await replaceContent(work.fs, source, transformed(source, work, stage), work.processes);
  } finally {
    await source.close();
  }
};

/** Without digits below the precision of the clock. */
const toMicroseconds = (ms: number): number => Math.round(ms * 1_000) / 1_000;

/**
 * Reads a file, transforms its text and writes it back, in chunks: memory does not grow with the file.
 * Never throws: what fails is an outcome as well.
 */
export const processFile = async (path: string, work: FileWork): Promise<FileOutcome> => {
  const startedAt = work.now();
  const stage: Stage = { operation: 'read' };
  try {
    const written = await rewrite(path, work, stage);
    const durationMs = toMicroseconds(work.now() - startedAt);
    return { event: 'save', payload: { path, ...written, durationMs } };
  } catch (error) {
    return { event: 'error', payload: { path, operation: stage.operation, ...failureOf(error) } };
  }
};

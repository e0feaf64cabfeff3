import { QueueError } from '@typed-queue/contracts';
import { Buffer } from 'node:buffer';
import { basename, join, relative, sep } from 'node:path';
import type { BackedUpQueue, BackupFile, EngineBackup } from '../backup.js';
import { readAt, reading, type File, type FileSystem } from '../journal/file-system.js';
import type { JournalContent } from '../journal/journal-content.js';
import { storedRange } from '../journal/recovery/stored-range.js';
import { SEGMENT_SUFFIX } from '../journal/segment/segment-header.js';
import type { CapturedState } from '../journaled/open-journaled-engine.js';
import { foldersIn, GROUP_RECORDS_FILE, JOURNAL_FOLDERS, QUEUES } from './data-folder.js';
import type { RetainedFiles, RetainingFileSystem } from './retained-files.js';

/** What is backed up, as it is when a backup begins. */
export interface BackupSource {
  readonly dir: string;
  readonly fileSystem: RetainingFileSystem;
  readonly served: ReadonlySet<string>;
  /** Called in one turn of the event loop, so that all of it is of one moment. */
  readonly capture: () => CapturedData;
}

interface CapturedData extends CapturedState {
  readonly journals: readonly JournalContent[];
}

const READ_BYTES = 256 * 1024;
const MARK_SUFFIX = '.mark';

/**
 * Begins a backup of a data folder whose server is running. The journals of group records are not copied: the state of all
 * groups at this moment is one file of records, one a line.
 * @throws QueueError `overloaded` while another backup runs
 */
export const backUp = async ({ dir, fileSystem, served, capture }: BackupSource): Promise<EngineBackup> => {
  // Nobody writes to them.
  const folders = await unservedFolders(dir, served);
  const unserved = await unservedFiles(dir, fileSystem, folders);
  const names = [...new Set(folders.map((folder) => basename(folder)))];
  const unservedRanges = await Promise.all(names.map((queue) => rangeOf(dir, fileSystem, queue)));
  const { queues, journals, records } = capture();
  const retained = fileSystem.retain(
    journals.flatMap((journal) => journal.segments.map(({ name }) => join(journal.dir, name))),
  );
  if (retained === undefined)
    throw new QueueError('overloaded', 'A backup of this server is running. Try again when it has ended.');
  const text = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const files = [
    ...journals.flatMap((journal) => journalFiles(dir, journal, retained)),
    ...unserved,
    textFile(GROUP_RECORDS_FILE, text),
  ];
  return { queues: [...queues, ...unservedRanges], files, release: () => retained.release() };
};

const journalFiles = (dir: string, journal: JournalContent, retained: RetainedFiles): BackupFile[] => {
  const { segments, logStart } = journal;
  const pathOf = (name: string): string => pathIn(dir, join(journal.dir, name));
  return [
    ...(logStart === undefined ? [] : [textFile(pathOf(logStart.name), logStart.bytes)]),
    ...segments.map(({ name, bytes }) => ({
      path: pathOf(name),
      bytes,
      read: () => contentOf(() => retained.open(join(journal.dir, name)), bytes),
    })),
  ];
};

/** Those of queues that the contract lacks. */
const unservedFolders = async (dir: string, served: ReadonlySet<string>): Promise<readonly string[]> => {
  const folders: string[] = [];
  for (const journals of JOURNAL_FOLDERS) {
    const unserved = (await foldersIn(join(dir, journals))).filter((name) => !served.has(name));
    folders.push(...unserved.map((name) => join(dir, journals, name)));
  }
  return folders;
};

const rangeOf = async (dir: string, fileSystem: FileSystem, queue: string): Promise<BackedUpQueue> => {
  const { firstSeq = 1, lastSeq = 0 } = (await storedRange(fileSystem, join(dir, QUEUES, queue))) ?? {};
  return { queue, firstSeq, lastSeq };
};

const unservedFiles = async (
  dir: string,
  fileSystem: FileSystem,
  folders: readonly string[],
): Promise<BackupFile[]> => {
  const files: BackupFile[] = [];
  for (const folder of folders) {
    const names = (await fileSystem.list(folder)).filter(
      (name) => name.endsWith(SEGMENT_SUFFIX) || name.endsWith(MARK_SUFFIX),
    );
    for (const path of names.map((name) => join(folder, name))) {
      const bytes = await reading(fileSystem, path, (file) => file.size());
      const read = (): AsyncIterable<Uint8Array> => contentOf(() => fileSystem.open(path, 'read'), bytes);
      files.push({ path: pathIn(dir, path), bytes, read });
    }
  }
  return files;
};

const pathIn = (dir: string, path: string): string => relative(dir, path).split(sep).join('/');

const textFile = (path: string, bytes: Uint8Array): BackupFile => ({
  path,
  bytes: bytes.byteLength,
  read: async function* () {
    yield bytes;
  },
});

async function* contentOf(open: () => Promise<File>, bytes: number): AsyncGenerator<Uint8Array, undefined> {
  const file = await open();
  try {
    for (let at = 0; at < bytes;) {
      const chunk = await readAt(file, at, Math.min(READ_BYTES, bytes - at));
      if (chunk.byteLength === 0) throw new Error(`a file ends at ${at} of ${bytes} bytes`);
      yield chunk;
      at += chunk.byteLength;
    }
  } finally {
    await file.close();
  }
}

import { basename, dirname, join } from 'node:path';
import type { FileJournal } from '../journal/file-journal.js';
import type { JournalContent } from '../journal/journal-content.js';
import type { Journal, JournalOptions } from '../journal/journal.js';
import { openJournal } from '../journal/open-journal.js';
import type { JournalId, JournalStore } from '../journaled/journal-store.js';
import { DEAD_LETTERS, foldersIn, GROUPS, GROUPS_COPY, QUEUES } from './data-folder.js';
import type { DiskOptions } from './open-disk-engine.js';
import type { RetainingFileSystem } from './retained-files.js';

interface FoldersOptions extends Pick<DiskOptions, 'dir' | 'log' | 'measured' | 'onFrameBytes'> {
  readonly fileSystem: RetainingFileSystem;
}

/** The journals of a data folder, each in a folder of its own. */
export class JournalFolders implements JournalStore {
  readonly keepsCopies = true;
  readonly #options: FoldersOptions;
  /** Those of queues and of dead letters. */
  readonly #opened: FileJournal[] = [];

  constructor(options: FoldersOptions) {
    this.#options = options;
  }

  async open(id: JournalId, own: JournalOptions): Promise<Journal> {
    const { dir, fileSystem, log, measured, onFrameBytes } = this.#options;
    const name = nameOf(id);
    const journal = await openJournal({
      dir: join(dir, name),
      fileSystem,
      ...own,
      // Records of groups and dead letters are many and small: flushing each on the event loop would block it.
      ...(id.kind === 'queue' ? {} : { inlineBytes: 0 }),
      ...(onFrameBytes === undefined ? {} : { onFrameBytes }),
      ...(log === undefined ? {} : { log: (event) => log(event, name) }),
      ...(measured === undefined ? {} : { measured: (flush) => measured(flush, name) }),
    });
    if ('queue' in id) this.#opened.push(journal);
    return journal;
  }

  async has(id: JournalId): Promise<boolean> {
    const path = join(this.#options.dir, nameOf(id));
    return (await foldersIn(dirname(path))).includes(basename(path));
  }

  /** What the journals of queues and dead letters have now, as files. */
  contents(): readonly JournalContent[] {
    return this.#opened.map((journal) => journal.content());
  }
}

const nameOf = (id: JournalId): string => {
  switch (id.kind) {
    case 'queue':
      return join(QUEUES, id.queue);
    case 'dead-letters':
      return join(DEAD_LETTERS, id.queue);
    case 'groups':
      return GROUPS;
    case 'groups-copy':
      return GROUPS_COPY;
    default:
      return id satisfies never;
  }
};

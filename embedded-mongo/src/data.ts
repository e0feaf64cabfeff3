import { join } from 'node:path';
import { Sessions } from './commands/sessions.js';
import { ownFolder, privateFolder, type Release } from '@typed-queue/program';
import { Log, readLog } from './persistence/log.js';
import type { Answer, Operation } from './store/operation.js';
import { Store } from './store/store.js';
import type { Timers } from './timers.js';

const LOG_FILE = 'embedded-mongo.log';

/** The store, the sessions, and the log that keeps both. */
export interface Data {
  readonly store: Store;
  readonly sessions: Sessions;
  readonly log: Log | undefined;
  readonly release: Release;
}

/**
 * Reads the log, and starts a compacted one.
 * @throws QueueError `data_dir_in_use`, `journal_unsupported`, `storage_failed`
 */
export const openData = async (
  timers: Timers,
  dataDir: string | undefined,
  warn: (text: string) => void,
): Promise<Data> => {
  let log: Log | undefined;
  const record = (operation: Operation): void => log?.append(operation);
  const store = new Store(record);
  const sessions = new Sessions(store, timers.after, record);
  if (dataDir === undefined) return { store, sessions, log, release: async () => undefined };
  await privateFolder(dataDir, (error) => warn(`${dataDir} stays open to other users: ${String(error)}`));
  const release = await ownFolder(dataDir, { program: 'embedded-mongo' });
  try {
    const path = join(dataDir, LOG_FILE);
    const { operations, torn } = readLog(path);
    if (torn > 0) warn(`${path}: its last ${torn} bytes were not written whole and are left out`);
    for (const operation of operations) {
      if (operation.kind === 'answer') sessions.restore(operation);
      else store.replay(operation);
    }
    log = await Log.open(path, stateOf(store, sessions.answers()));
    return { store, sessions, log, release };
  } catch (error) {
    await release();
    throw error;
  }
};

/** The whole state as operations: the content of a compacted log. */
function* stateOf(store: Store, answers: readonly Answer[]): Generator<Operation> {
  for (const [namespace, collection] of store.collections) {
    yield { kind: 'create', namespace };
    for (const [, document] of collection.candidates(new Map(), Infinity)) {
      yield { kind: 'put', namespace, document };
    }
    for (const { spec } of collection.indexes) yield { kind: 'index', namespace, spec };
  }
  yield* answers;
}

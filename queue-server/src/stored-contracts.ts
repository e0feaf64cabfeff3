import { fingerprintOf, type Contract, type QueueDefinition } from '@typed-queue/contracts';
import type { ServedContract } from '@typed-queue/contracts/wire';
import { flushFolder } from '@typed-queue/program';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine, Head } from './engine/engine.js';

/** By what a queue was served last. */
interface StoredContract extends ServedContract {
  /** Of the log that `since` is meant for. */
  readonly epoch: string;
}

type StoredContracts = Readonly<Record<string, StoredContract>>;

const FILE = 'contracts.json';

/**
 * What each queue is served by, and from which seq on. A definition that is the same as at the last start goes back
 * as far as it did then; whenever that is not certain, it begins with the next message. Without a data directory
 * nothing is remembered. `onUnwritten` is told when it could not be written down for the next start.
 */
export const servedContracts = async (
  contract: Contract,
  engine: Pick<Engine, 'head'>,
  dataDir: string | undefined,
  onUnwritten: (error: unknown) => void,
): Promise<(queue: string) => ServedContract> => {
  const stored = dataDir === undefined ? {} : await readStored(join(dataDir, FILE));
  const served = new Map<string, StoredContract>();
  for (const definition of Object.values(contract)) {
    const former = Object.hasOwn(stored, definition.name) ? stored[definition.name] : undefined;
    served.set(definition.name, servedNow(definition, engine.head(definition.name), former));
  }
  if (dataDir !== undefined) {
    await writeStored(dataDir, { ...stored, ...Object.fromEntries(served) }).catch(onUnwritten);
  }
  return (queue) => {
    const { fingerprint = null, since = 1 } = served.get(queue) ?? {};
    return { fingerprint, since };
  };
};

const servedNow = (
  definition: QueueDefinition,
  { epoch, lastSeq }: Pick<Head, 'epoch' | 'lastSeq'>,
  former: StoredContract | undefined,
): StoredContract => {
  const fingerprint = fingerprintOf(definition);
  const same = fingerprint !== null && former?.fingerprint === fingerprint && former.epoch === epoch;
  return { fingerprint, since: Math.min(same ? former.since : Infinity, lastSeq + 1), epoch };
};

/** What is lost or damaged is not known. */
const readStored = async (path: string): Promise<StoredContracts> => {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter(isStored));
  } catch {
    return {};
  }
};

const isStored = (entry: [string, unknown]): entry is [string, StoredContract] => {
  const [, value] = entry;
  if (typeof value !== 'object' || value === null) return false;
  // Safe: any object can be asked for fields.
  const { fingerprint, since, epoch } = value as Readonly<Record<string, unknown>>;
  const named = typeof fingerprint === 'string' || fingerprint === null;
  return named && typeof epoch === 'string' && Number.isSafeInteger(since) && Number(since) > 0;
};

/** Replaces the file in one step. When that fails the former file goes as well: it would say more than is true. */
const writeStored = async (dataDir: string, stored: StoredContracts): Promise<void> => {
  const path = join(dataDir, FILE);
  const draft = `${path}.draft`;
  try {
    await write(draft, `${JSON.stringify(stored, undefined, 2)}\n`);
    await rename(draft, path);
    await flushFolder(dataDir);
  } catch (error) {
    await Promise.allSettled([rm(draft, { force: true }), rm(path, { force: true })]);
    throw error;
  }
};

const write = async (path: string, text: string): Promise<void> => {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
};

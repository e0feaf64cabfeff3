import type { ServedContract } from '@typed-queue/contracts/wire';
import { flushFolder } from '@typed-queue/program';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Head, QueueHandle } from './engine/engine.js';

/** The definition by which a queue was served last. */
interface StoredContract extends ServedContract {
  /** Of the log in which `since` is a seq. */
  readonly epoch: string;
}

type StoredContracts = Readonly<Record<string, StoredContract>>;

/** In the data folder. */
export const CONTRACTS_FILE = 'contracts.json';

/**
 * The definition by which each queue is served, and from which seq on. One that is the same as at the last start is valid
 * from the same seq; where that is not certain, from the next message. Without a data directory
 * nothing is remembered. `onUnwritten` is called when it could not be stored for the next start.
 */
export const servedContracts = async (
  fingerprints: ReadonlyMap<string, string | null>,
  engine: { queue(name: string): Pick<QueueHandle, 'head'> },
  dataDir: string | undefined,
  onUnwritten: (error: unknown) => void,
): Promise<(queue: string) => ServedContract> => {
  const stored = dataDir === undefined ? {} : await readStored(join(dataDir, CONTRACTS_FILE));
  const served = new Map<string, StoredContract>();
  for (const [queue, fingerprint] of fingerprints) {
    const former = Object.hasOwn(stored, queue) ? stored[queue] : undefined;
    served.set(queue, servedNow(fingerprint, engine.queue(queue).head(), former));
  }
  if (dataDir !== undefined) {
    await writeStored(dataDir, { ...stored, ...Object.fromEntries(served) }).catch(onUnwritten);
  }
  return (queue) => {
    const { fingerprint = null, since = 1 } = served.get(queue) ?? {};
    return { fingerprint, since };
  };
};

/** For queues whose logs have another epoch now. `newEpochOf`: the present epoch of a queue in place of one of its epochs. */
export const renewStoredContracts = async (
  dataDir: string,
  newEpochOf: (queue: string, epoch: string) => string,
): Promise<void> => {
  const stored = Object.entries(await readStored(join(dataDir, CONTRACTS_FILE)));
  const renewed = stored.map(([queue, contract]) => {
    return [queue, { ...contract, epoch: newEpochOf(queue, contract.epoch) }] as const;
  });
  await writeStored(dataDir, Object.fromEntries(renewed));
};

const servedNow = (
  fingerprint: string | null,
  { epoch, lastSeq }: Pick<Head, 'epoch' | 'lastSeq'>,
  former: StoredContract | undefined,
): StoredContract => {
  const same = fingerprint !== null && former?.fingerprint === fingerprint && former.epoch === epoch;
  return { fingerprint, since: Math.min(same ? former.since : Infinity, lastSeq + 1), epoch };
};

/** Empty when the file is lost or damaged. */
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

/** Replaces the file in one step. When that fails the former file is removed as well: it would claim too much. */
const writeStored = async (dataDir: string, stored: StoredContracts): Promise<void> => {
  const path = join(dataDir, CONTRACTS_FILE);
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

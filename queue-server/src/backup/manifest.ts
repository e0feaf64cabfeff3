import { QueueError } from '@typed-queue/contracts';
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { MAX_TIME } from '../engine/clocks.js';

/** The last file of a backup: one without it is incomplete. */
export const MANIFEST_FILE = 'manifest.json';
export const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;

const FORMAT = 'typed-queue backup';
const VERSION = 1;

const seq = z.int().nonnegative();
const manifest = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  /** When it began, in milliseconds since 1970. */
  createdAt: z.int().nonnegative().max(MAX_TIME),
  queues: z.array(z.object({ queue: z.string(), firstSeq: seq, lastSeq: seq })).readonly(),
  files: z.array(z.object({ path: z.string(), bytes: seq, sha256: z.string() })).readonly(),
});

/** What a backup contains. */
export type Manifest = Readonly<z.output<typeof manifest>>;

/** A file in it, as far as it was read or written. */
export type ManifestFile = Manifest['files'][number];

const document = z.object({ sha256: z.string(), backup: z.unknown() });

const digestOf = (backup: unknown): string =>
  createHash('sha256').update(JSON.stringify(backup)).digest('hex');

export const manifestOf = (content: Pick<Manifest, 'createdAt' | 'queues' | 'files'>): Manifest => ({
  format: FORMAT,
  version: VERSION,
  ...content,
});

export const encodeManifest = (backup: Manifest): Uint8Array =>
  Buffer.from(`${JSON.stringify({ sha256: digestOf(backup), backup }, undefined, 2)}\n`);

/** Why a backup cannot be restored. */
export type Defect = 'incomplete' | 'damaged' | 'foreign';

export const backupInvalid = (reason: Defect, why: string, path?: string): QueueError =>
  new QueueError('backup_invalid', `The backup cannot be used: ${why}.`, {
    details: { reason, ...(path === undefined ? {} : { path }) },
  });

/** @throws QueueError `backup_invalid` */
export const decodeManifest = (bytes: Uint8Array): Manifest => {
  const found = document.safeParse(jsonOf(bytes));
  if (!found.success || digestOf(found.data.backup) !== found.data.sha256)
    throw backupInvalid('damaged', `${MANIFEST_FILE} is damaged`, MANIFEST_FILE);
  const parsed = manifest.safeParse(found.data.backup);
  if (parsed.success) return parsed.data;
  throw backupInvalid(
    'foreign',
    `${MANIFEST_FILE} is of a version that this one does not know`,
    MANIFEST_FILE,
  );
};

const jsonOf = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
};

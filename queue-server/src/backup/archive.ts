import { createHash } from 'node:crypto';
import type { BackupFile, EngineBackup } from '../engine/backup.js';
import { encodeManifest, MANIFEST_FILE, manifestOf, type ManifestFile } from './manifest.js';

type Packer = ReturnType<(typeof import('modern-tar'))['createTarPacker']>['controller'];

const FILE_MODE = 0o600;

/**
 * A backup as a tar archive, its manifest last. It is made as fast as it is read, and the backup is released at its end,
 * whatever ends it. `createdAt` in milliseconds since 1970.
 */
export const archiveOf = async (
  backup: EngineBackup,
  createdAt: number,
): Promise<AsyncIterable<Uint8Array>> => {
  const { createTarPacker } = await import('modern-tar');
  const { readable, controller } = createTarPacker();
  void pack(backup, createdAt, controller)
    .catch((error: unknown) => controller.error(error))
    .finally(() => void backup.release());
  return readable;
};

const pack = async ({ queues, files }: EngineBackup, createdAt: number, packer: Packer): Promise<void> => {
  const packed: ManifestFile[] = [];
  for (const file of files) packed.push(await add(file, createdAt, packer));
  const bytes = encodeManifest(manifestOf({ createdAt, queues, files: packed }));
  const manifest: BackupFile = {
    path: MANIFEST_FILE,
    bytes: bytes.byteLength,
    read: async function* () {
      yield bytes;
    },
  };
  await add(manifest, createdAt, packer);
  packer.finalize();
};

const add = async (file: BackupFile, createdAt: number, packer: Packer): Promise<ManifestFile> => {
  const { path, bytes } = file;
  const header = {
    name: path,
    size: bytes,
    type: 'file',
    mode: FILE_MODE,
    mtime: new Date(createdAt),
  } as const;
  const writer = packer.add(header).getWriter();
  const hash = createHash('sha256');
  for await (const chunk of file.read()) {
    hash.update(chunk);
    await writer.write(chunk);
  }
  await writer.close();
  return { path, bytes, sha256: hash.digest('hex') };
};

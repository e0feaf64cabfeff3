import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { packTar } from 'modern-tar';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archived, BackupTrial, collected, publish, QUEUE, settle } from './backup-trial.fixture.js';
import { checkBackup } from './check.js';
import { archiveEntries, folderEntries, type BackupEntry } from './entries.js';
import { encodeManifest, MANIFEST_FILE, manifestOf } from './manifest.js';
import { passArchive, saveArchive, saveFolder } from './saved-backup.js';

async function* of(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, undefined> {
  yield* chunks;
}

let trial: BackupTrial;
let root: string;
/** Of a queue with two messages, a group and a dead letter. */
let archive: Uint8Array;
beforeEach(async () => {
  trial = await BackupTrial.begin();
  root = await mkdtemp(join(tmpdir(), 'saved-'));
  const engine = await trial.open('running');
  await publish(engine, [1, 2]);
  await engine.group(QUEUE, 'g').open({ start: 'start' });
  await settle(engine, 'g', 1, 'dead-letter');
  archive = await archived(engine);
});
afterEach(async () => {
  await trial.end();
  await rm(root, { recursive: true });
});

const checked = (bytes: Uint8Array) => checkBackup(archiveEntries(of(bytes)));

describe('a backup', () => {
  it('says what is in it', async () => {
    const { queues, files } = await checked(archive);
    expect(queues).toEqual([{ queue: QUEUE, firstSeq: 1, lastSeq: 2 }]);
    expect(files.map(({ path }) => path)).toEqual([
      'queues/files/0000000000000001.log',
      'dead-letters/files/0000000000000001.log',
      'groups.ndjson',
    ]);
  });

  it('is refused wherever it was cut off', async () => {
    for (let end = 0; end < archive.byteLength - 1_024; end += 511) {
      await expect(checked(archive.subarray(0, end))).rejects.toMatchObject({ code: 'backup_invalid' });
    }
  });

  it('is refused when a byte of a file, a name or the manifest is another', async () => {
    const texts = ['SEGH', 'queues/files', '"boot"', '"path"', '"sha256"', '"lastSeq"'];
    for (const text of texts) {
      const damaged = Buffer.from(archive);
      const at = damaged.indexOf(text);
      damaged.writeUInt8(damaged.readUInt8(at + 1) ^ 1, at + 1);
      await expect(checked(damaged)).rejects.toMatchObject({ code: 'backup_invalid' });
    }
  });

  it('is refused when it is something else', async () => {
    await expect(checked(Buffer.from('not a backup'.repeat(100)))).rejects.toMatchObject({
      code: 'backup_invalid',
      details: { reason: 'damaged' },
    });
  });

  it('is refused when more follows its end than any padding', async () => {
    async function* padded(): AsyncGenerator<Uint8Array, undefined> {
      yield archive;
      for (;;) yield new Uint8Array(1024 * 1024);
    }
    await expect(checkBackup(archiveEntries(padded()))).rejects.toMatchObject({
      details: { reason: 'foreign' },
    });
  });

  it('may be padded', async () => {
    const padded = of(archive, new Uint8Array(10_240));
    expect((await checkBackup(archiveEntries(padded))).queues).toHaveLength(1);
  });

  it('is refused with a link', async () => {
    const link = await packTar([
      { header: { name: 'x', type: 'symlink', size: 0, linkname: '/etc/passwd' } },
    ]);
    await expect(checked(link)).rejects.toMatchObject({ details: { reason: 'foreign', path: 'x' } });
  });

  it('is refused when its manifest is of a later version', async () => {
    // Safe: only its version is wrong.
    const later = { ...manifestOf({ createdAt: 0, queues: [], files: [] }), version: 2 as 1 };
    const entries = entriesOf([[MANIFEST_FILE, encodeManifest(later)]]);
    await expect(checkBackup(entries)).rejects.toMatchObject({ details: { reason: 'foreign' } });
  });

  it.each([
    '../outside',
    'queues/../../outside/x.log',
    '/etc/passwd',
    'queues/files/..',
    'groups/x.log',
    'queues/files/evil.sh',
    'queues/files/log',
    `queues/${'q'.repeat(300)}/x.log`,
  ])('is refused with a file %s', async (path) => {
    await expect(checkBackup(entriesOf([[path, Buffer.from('x')]]))).rejects.toMatchObject({
      details: { reason: 'foreign', path },
    });
  });

  it('is refused with a file that its manifest lacks', async () => {
    const manifest = encodeManifest(manifestOf({ createdAt: 0, queues: [], files: [] }));
    const entries = entriesOf([
      ['groups.ndjson', Buffer.from('')],
      [MANIFEST_FILE, manifest],
    ]);
    await expect(checkBackup(entries)).rejects.toMatchObject({ details: { reason: 'foreign' } });
  });
});

async function* entriesOf(
  files: readonly (readonly [path: string, bytes: Uint8Array])[],
): AsyncGenerator<BackupEntry, undefined> {
  for (const [path, bytes] of files) yield { path, content: of(bytes) };
}

describe('a saved backup', () => {
  it('is an archive, byte by byte, or a folder with the same files', async () => {
    const path = join(root, 'b.tar');
    const manifest = await saveArchive(of(archive), path);
    expect(Buffer.compare(await readFile(path), archive)).toBe(0);
    expect(await saveFolder(of(archive), join(root, 'folder'))).toEqual(manifest);
    expect(await checkBackup(folderEntries(join(root, 'folder')))).toEqual(manifest);
  });

  it('is not there when it is not complete', async () => {
    const cut = archive.subarray(0, archive.byteLength - 4_096);
    await expect(saveArchive(of(cut), join(root, 'b.tar'))).rejects.toMatchObject({ code: 'backup_invalid' });
    await expect(saveFolder(of(cut), join(root, 'folder'))).rejects.toMatchObject({ code: 'backup_invalid' });
    expect(await readdir(root)).toEqual([]);
  });

  it('replaces nothing that appeared meanwhile, and leaves what others write', async () => {
    await writeFile(join(root, 'b.tar.part'), 'mine');
    async function* overtaken(): AsyncGenerator<Uint8Array, undefined> {
      yield archive;
      await writeFile(join(root, 'b.tar'), 'precious');
    }
    await expect(saveArchive(overtaken(), join(root, 'b.tar'))).rejects.toMatchObject({ code: 'EEXIST' });
    expect((await readdir(root)).sort()).toEqual(['b.tar', 'b.tar.part']);
    expect(await readFile(join(root, 'b.tar'), 'utf8')).toBe('precious');
  });

  it('fails with the error of its source', async () => {
    const failing = async function* (): AsyncGenerator<Uint8Array, undefined> {
      yield archive.subarray(0, 2_000);
      throw new Error('connection lost');
    };
    await expect(saveFolder(failing(), join(root, 'folder'))).rejects.toThrow('connection lost');
    expect(await readdir(root)).toEqual([]);
  });

  it('passes on as it is', async () => {
    const passed: Uint8Array[] = [];
    await passArchive(of(archive), async (chunk) => void passed.push(chunk));
    expect(Buffer.compare(await collected(of(...passed)), archive)).toBe(0);
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ownFolder } from '@typed-queue/program';
import { packTar } from 'modern-tar';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archived, BackupTrial, numbersIn, publish, QUEUE, settle } from './backup-trial.fixture.js';
import { encodeManifest, MANIFEST_FILE, type Manifest } from './manifest.js';
import { restore } from './restore.js';
import { saveArchive, saveFolder } from './saved-backup.js';

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

describe('a restore', () => {
  const dataDir = (): string => join(root, 'data');

  it('takes a folder as well as an archive', async () => {
    const folder = join(trial.root, 'folder');
    await saveFolder(of(archive), folder);
    await restore(folder, join(trial.root, 'again'));
    expect(await numbersIn(await trial.open('again'))).toEqual([1, 2]);
  });

  it('leaves nothing of a backup that is refused', async () => {
    const path = join(root, 'b.tar');
    await writeFile(path, archive.subarray(0, archive.byteLength - 4_096));
    await expect(restore(path, dataDir())).rejects.toMatchObject({ code: 'backup_invalid' });
    expect(await readdir(root)).not.toContain('data');
  });

  type Lies = readonly [what: string, change: (manifest: Manifest) => Partial<Manifest>];
  const queues = (...changes: readonly Partial<Manifest['queues'][number]>[]) => ({
    queues: changes.map((change) => ({ queue: QUEUE, firstSeq: 1, lastSeq: 2, ...change })),
  });
  const firstFile =
    (change: Partial<Manifest['files'][number]>) =>
    ({ files: [first, ...others] }: Manifest) => ({
      files: first ? [{ ...first, ...change }, ...others] : [],
    });
  const lies: readonly Lies[] = [
    ['more messages than there are', () => queues({ lastSeq: 1_000_000 })],
    ['fewer messages than there are', () => queues({ lastSeq: 1 })],
    ['no messages', () => queues({ lastSeq: 0 })],
    ['a later first message', () => queues({ firstSeq: 2 })],
    ['an earlier first message', () => queues({ firstSeq: 0 })],
    ['an end before its begin', () => queues({ firstSeq: 9, lastSeq: 2 })],
    ['a queue twice', () => queues({}, {})],
    ['messages of a queue that has no files', () => queues({}, { queue: 'other' })],
    ['no queue, though there are files of one', () => ({ queues: [] })],
    ['messages of a queue outside', () => queues({}, { queue: '../queues/files' })],
    ['another path of a file', firstFile({ path: 'queues/files/0000000000000002.log' })],
    ['another size of a file', firstFile({ bytes: 1 })],
    ['another checksum of a file', firstFile({ sha256: '0'.repeat(64) })],
    ['no files', () => ({ files: [] })],
  ];

  /** A backup as a folder, with a manifest that someone wrote, and its checksum. */
  const folderWith = async (change: (manifest: Manifest) => Partial<Manifest>): Promise<string> => {
    const folder = join(root, 'folder');
    const manifest = await saveFolder(of(archive), folder);
    await writeFile(join(folder, MANIFEST_FILE), encodeManifest({ ...manifest, ...change(manifest) }));
    return folder;
  };

  it.each(lies)('refuses a manifest that claims %s', async (_, change) => {
    const restoring = restore(await folderWith(change), dataDir());
    await expect(restoring).rejects.toMatchObject({ code: 'backup_invalid' });
    expect(await readdir(root)).not.toContain('data');
  });

  /** A backup as a folder, with another text of its group records, and its checksum. */
  const folderWithRecords = async (text: string): Promise<string> => {
    const folder = join(root, 'folder');
    const manifest = await saveFolder(of(archive), folder);
    await writeFile(join(folder, 'groups.ndjson'), text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    const files = manifest.files.map((file) =>
      file.path === 'groups.ndjson' ? { ...file, bytes: Buffer.byteLength(text), sha256 } : file,
    );
    await writeFile(join(folder, MANIFEST_FILE), encodeManifest({ ...manifest, files }));
    return folder;
  };

  it.each(['no JSON', '{', 'null', '1', '{}', '{"kind":"group"}', '{"kind":"snapshot"}', '{"kind":"other"}'])(
    'refuses group records with the line %s',
    async (line) => {
      const folder = await folderWithRecords(`{"kind":"snapshot","boot":1}\n${line}\n`);
      await expect(restore(folder, dataDir())).rejects.toMatchObject({
        code: 'backup_invalid',
        message: expect.stringContaining('line 2 of groups.ndjson is no record of a group'),
      });
      expect(await readdir(root)).not.toContain('data');
    },
  );

  const begin = '{"kind":"snapshot","boot":1}\n';
  const group = '{"kind":"group","queue":"files","group":"g","epoch":"e","floor":1,"runs":[]}\n';
  it.each([
    ['nothing', '', 'line 1 of groups.ndjson is no record of a group'],
    ['a group first', `${group}${begin}`, 'line 1 of groups.ndjson does not begin the groups'],
    ['two begins', `${begin}${group}${begin}`, 'line 3 of groups.ndjson begins the groups again'],
    [
      'a group twice',
      `${begin}${group}${group}`,
      'line 3 of groups.ndjson has the group "g" of "files" a second time',
    ],
  ])('refuses group records with %s', async (_, text, problem) => {
    const folder = await folderWithRecords(text);
    await expect(restore(folder, dataDir())).rejects.toMatchObject({
      code: 'backup_invalid',
      message: expect.stringContaining(problem),
    });
  });

  it('refuses a backup without group records', async () => {
    const folder = await folderWith(({ files }) => ({
      files: files.filter(({ path }) => path !== 'groups.ndjson'),
    }));
    await rm(join(folder, 'groups.ndjson'));
    await expect(restore(folder, dataDir())).rejects.toMatchObject({ details: { reason: 'incomplete' } });
  });

  it('refuses dead letters of a queue that the manifest does not list', async () => {
    const name = 'dead-letters/other/0000000000000001.log';
    const folder = join(root, 'folder');
    const manifest = await saveFolder(of(archive), folder);
    const log = await readFile(join(folder, 'dead-letters/files/0000000000000001.log'));
    await mkdir(join(folder, 'dead-letters/other'));
    await writeFile(join(folder, name), log);
    const sha256 = createHash('sha256').update(log).digest('hex');
    const files = [...manifest.files, { path: name, bytes: log.byteLength, sha256 }];
    await writeFile(join(folder, MANIFEST_FILE), encodeManifest({ ...manifest, files }));
    await expect(restore(folder, dataDir())).rejects.toThrow('manifest.json lists no queue other');
  });

  it('says of which queue the manifest claims what is not there', async () => {
    await expect(restore(await folderWith(() => queues({ lastSeq: 9 })), dataDir())).rejects.toThrow(
      'manifest.json says that the queue "files" has the messages 1 to 9, but its files have the messages 1 to 2',
    );
  });

  it('takes a manifest with a queue that has no messages, and no files', async () => {
    const empty = { queue: 'empty', firstSeq: 1, lastSeq: 0 };
    await restore(await folderWith((manifest) => ({ queues: [...manifest.queues, empty] })), dataDir());
    expect(await readdir(dataDir())).toEqual(['queue']);
  });

  it('takes a backup whose log was damaged at its end', async () => {
    const folder = join(root, 'folder');
    const manifest = await saveFolder(of(archive), folder);
    const path = join(folder, 'queues/files/0000000000000001.log');
    const log = await readFile(path);
    log.writeUInt8(log.readUInt8(log.byteLength - 1) ^ 1, log.byteLength - 1);
    await writeFile(path, log);
    const sha256 = createHash('sha256').update(log).digest('hex');
    const damaged = { ...manifest, ...firstFile({ sha256 })(manifest) };
    await writeFile(join(folder, MANIFEST_FILE), encodeManifest(damaged));
    await restore(folder, dataDir());
    expect(await readdir(dataDir())).toEqual(['queue']);
  });

  it('refuses a folder that is not empty, and changes nothing in it', async () => {
    const path = join(root, 'b.tar');
    await writeFile(path, archive);
    await mkdir(join(dataDir(), 'queue/queues'), { recursive: true });
    await expect(restore(path, dataDir())).rejects.toMatchObject({ code: 'data_dir_not_empty' });
    expect(await readdir(dataDir(), { recursive: true })).toEqual(['queue', 'queue/queues']);
  });

  it('of two into one folder, one restores and the other is refused', async () => {
    const saved = join(root, 'b.tar');
    await saveArchive(of(archive), saved);
    const results = await Promise.allSettled([1, 2].map(() => restore(saved, join(root, 'data'))));
    const refused = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    expect(refused).toEqual([expect.objectContaining({ code: 'data_dir_not_empty' })]);
    expect(await readdir(join(root, 'data'))).toEqual(['queue']);
  });

  it('leaves nothing when it is ended by its signal', async () => {
    const saved = join(root, 'b.tar');
    await saveArchive(of(archive), saved);
    const signal = AbortSignal.abort(130);
    await expect(restore(saved, join(root, 'data'), { signal })).rejects.toBe(130);
    expect(await readdir(root)).not.toContain('data');
  });

  const onLinux = process.platform === 'linux' ? it : it.skip;

  onLinux('refuses an archive without an end', async () => {
    await expect(restore('/dev/zero', dataDir())).rejects.toMatchObject({
      code: 'backup_invalid',
      message: expect.stringContaining('it has no end, or is no tar archive'),
    });
    expect(await readdir(root)).not.toContain('data');
  });

  onLinux('is ended by its signal while nobody writes to a named pipe', async () => {
    const stop = new AbortController();
    const path = join(root, 'silent');
    execFileSync('mkfifo', [path]);
    const restoring = restore(path, dataDir(), { signal: stop.signal });
    stop.abort(143);
    await expect(restoring).rejects.toBe(143);
    expect(await readdir(root)).not.toContain('data');
  });

  onLinux('is ended by its signal within a file', async () => {
    const file = await packTar([{ header: { name: 'groups.ndjson', size: 1 }, body: 'x' }]);
    const stop = new AbortController();
    const path = join(root, 'endless');
    execFileSync('mkfifo', [path]);
    const writer = open(path, 'w');
    const restoring = restore(path, dataDir(), { signal: stop.signal });
    const fifo = await writer;
    await fifo.write(file.subarray(0, 512));
    stop.abort(143);
    await expect(restoring).rejects.toBe(143);
    await fifo.close();
    expect(await readdir(root)).not.toContain('data');
  });

  it('refuses a folder of a server that runs', async () => {
    const path = join(root, 'b.tar');
    await writeFile(path, archive);
    await mkdir(join(dataDir(), 'queue'), { recursive: true });
    const release = await ownFolder(join(dataDir(), 'queue'), { program: 'queue server' });
    await expect(restore(path, dataDir())).rejects.toMatchObject({ code: 'data_dir_in_use' });
    await release();
    await restore(path, dataDir());
  });

  it('follows no link of a folder', async () => {
    const folder = join(root, 'folder');
    await saveFolder(of(archive), folder);
    await rm(join(folder, 'groups.ndjson'));
    await symlink('/etc/hostname', join(folder, 'groups.ndjson'));
    await expect(restore(folder, dataDir())).rejects.toMatchObject({ details: { reason: 'foreign' } });
  });
});

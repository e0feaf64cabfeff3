import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownFolder } from './folder-owner.js';

const OTHER_PLATFORM = 'darwin';
const ownerOn = (platform: string) => ({ program: 'queue server', platform });

let dir: string;
let children: ChildProcess[];

beforeEach(async () => {
  children = [];
  dir = await mkdtemp(join(tmpdir(), 'owner-lock-'));
});
afterEach(async () => {
  await Promise.all(children.map(kill));
  await rm(dir, { recursive: true });
});

const kill = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
};

/** A process of its own that owns the folder, from the built sources, until it is killed. */
const owningProcess = async (platform: string): Promise<ChildProcess> => {
  const built = join(import.meta.dirname, '../dist/folder-owner.js');
  const program = `
    import { ownFolder } from ${JSON.stringify(built)};
    await ownFolder(${JSON.stringify(dir)}, ${JSON.stringify(ownerOn(platform))});
    process.stdout.write('owned');
    setInterval(() => {}, 1_000_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
};

const inUse = { code: 'data_dir_in_use', retryable: false };

/** The sentence for the user names the folder and what to do. */
const helpful = expect.stringMatching(
  /Another queue server owns .*owner-lock-.*Stop it first, or .*DATA_DIR/,
);

describe.each(['linux', OTHER_PLATFORM])('the one owner of a folder on %s', (platform) => {
  it('keeps a second one out until it gives the folder free', async () => {
    const release = await ownFolder(dir, ownerOn(platform));
    await expect(ownFolder(dir, ownerOn(platform))).rejects.toMatchObject({
      ...inUse,
      message: helpful,
      details: { dir },
    });
    await release();
    const again = await ownFolder(dir, ownerOn(platform));
    await again();
    expect(await readdir(dir)).toEqual([]);
  });

  it('keeps owners of other folders out of nothing', async () => {
    const other = await mkdtemp(join(tmpdir(), 'owner-lock-'));
    const releases = [await ownFolder(dir, ownerOn(platform)), await ownFolder(other, ownerOn(platform))];
    for (const release of releases) await release();
    await rm(other, { recursive: true });
  });

  it('is known by the folder, whichever way leads to it', async () => {
    const link = `${dir}-link`;
    await symlink(dir, link);
    const release = await ownFolder(dir, ownerOn(platform));
    await expect(ownFolder(link, ownerOn(platform))).rejects.toMatchObject(inUse);
    await release();
    await rm(link);
  });

  it('may be another process, and gives the folder free when it is killed', async () => {
    const child = await owningProcess(platform);
    await expect(ownFolder(dir, ownerOn(platform))).rejects.toMatchObject(inUse);
    await kill(child);
    expect(child.signalCode).toBe('SIGKILL');
    const release = await ownFolder(dir, ownerOn(platform));
    await release();
  });
});

describe('an owner that is named by a file', () => {
  const path = (): string => join(dir, 'owner.pid');

  it('writes its process down', async () => {
    const release = await ownFolder(dir, ownerOn(OTHER_PLATFORM));
    expect(await readFile(path(), 'utf8')).toBe(String(process.pid));
    await release();
  });

  it.each(['', 'no number', '-5', '0'])('is none when the file says %j', async (text) => {
    await writeFile(path(), text);
    const release = await ownFolder(dir, ownerOn(OTHER_PLATFORM));
    expect(await readFile(path(), 'utf8')).toBe(String(process.pid));
    await release();
  });

  it('is respected as long as it lives, whomever it belongs to', async () => {
    await writeFile(path(), '1');
    await expect(ownFolder(dir, ownerOn(OTHER_PLATFORM))).rejects.toMatchObject(inUse);
    expect(await readFile(path(), 'utf8')).toBe('1');
  });

  it.each([
    ['first', 'second'],
    ['second', 'first'],
  ])(
    'has one successor when a starter (%s by name) waits until another one announced itself',
    async (id, other) => {
      await writeFile(path(), 'no number');
      let announced: () => void = () => undefined;
      const otherAnnounced = new Promise<void>((resolve) => (announced = resolve));
      const slow = ownFolder(dir, {
        ...ownerOn(OTHER_PLATFORM),
        id,
        files: { rename, readdir: (folder) => otherAnnounced.then(() => readdir(folder)) },
      });
      const fast = ownFolder(dir, {
        ...ownerOn(OTHER_PLATFORM),
        id: other,
        files: {
          rename,
          readdir: (folder) => {
            announced();
            return readdir(folder);
          },
        },
      });
      const results = await Promise.allSettled([slow, fast]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      for (const result of results) if (result.status === 'fulfilled') await result.value();
      expect(await readdir(dir)).toEqual([]);
    },
  );

  it.each(['first', 'third'])(
    'has one successor when another one (%s by name) starts before it is written down',
    async (id) => {
      await writeFile(path(), 'no number');
      let late: Promise<unknown> = Promise.resolve();
      const release = await ownFolder(dir, {
        ...ownerOn(OTHER_PLATFORM),
        id: 'second',
        files: {
          readdir,
          rename: async (from, to) => {
            const looked = new Promise<void>((resolve) => {
              const files = { rename, readdir: (folder: string) => readdir(folder).finally(resolve) };
              late = ownFolder(dir, { ...ownerOn(OTHER_PLATFORM), id, files }).catch(
                (error: unknown) => error,
              );
            });
            await looked;
            await rename(from, to);
          },
        },
      });
      expect(await late).toMatchObject(inUse);
      await release();
    },
  );
});

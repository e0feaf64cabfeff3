import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainClient, received } from './plain-client.fixture.js';
import { freePort } from './reliability/free-port.js';
import { startServerProcess } from './running-server.fixture.js';
import { startTestServer } from './testing.js';

let root: string;
let umask: number;

beforeEach(async () => {
  umask = process.umask(0);
  root = await mkdtemp(join(tmpdir(), 'private-data-'));
});
afterEach(async () => {
  process.umask(umask);
  await rm(root, { recursive: true });
});

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

/** The kinds and modes of everything below a folder, each once. */
const modesBelow = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const modes = entries.map(
    async (entry) =>
      `${entry.isDirectory() ? 'folder' : 'file'} ${await modeOf(join(entry.parentPath, entry.name))}`,
  );
  return [...new Set(await Promise.all(modes))].sort();
};

describe('the data of a server under umask 0', () => {
  it('is readable by its owner alone: folders, journals, dead letters, checkpoints and contracts', async () => {
    const dataDir = join(root, 'data', 'queue');
    const server = await startTestServer({ dataDir });
    const client = await plainClient(server.url);
    const payload = { path: 'a', bytes: 1, sha256: 'b', durationMs: 1 };
    await client.value('publish', 'files', { event: 'save', payload });
    const granted = received(client.socket, 'grant', 1);
    await client.value('subscribe', { subscription: 's', queue: 'files', group: 'g' });
    // Safe: a grant names its token.
    const [{ token }] = (await granted) as [{ token: number }];
    await client.value('settle', 's', [{ token, outcome: { kind: 'dead-letter', reason: 'x' } }]);
    client.socket.disconnect();
    await server.close();
    expect(await readdir(dataDir)).toEqual(expect.arrayContaining(['dead-letters', 'groups', 'queues']));
    expect(await modesBelow(root)).toEqual(['file 600', 'folder 700']);
  });

  it('that was open to others is closed at the next start', async () => {
    const dataDir = join(root, 'queue');
    await mkdir(dataDir);
    expect(await modeOf(dataDir)).toBe('777');
    await (await startTestServer({ dataDir })).close();
    expect(await modeOf(dataDir)).toBe('700');
  });
});

describe('a DATA_DIR that its user made', () => {
  it('keeps its mode, and is warned of when others can open it', async () => {
    const dataDir = join(root, 'data');
    await mkdir(dataDir, { mode: 0o755 });
    const server = await startServerProcess(await freePort(), dataDir);
    await server.end('SIGTERM');
    expect(await modeOf(dataDir)).toBe('755');
    expect(await modeOf(join(dataDir, 'queue'))).toBe('700');
    expect(server.output()).toContain(`other users of this machine can open DATA_DIR: chmod 700 ${dataDir}`);
  });

  it('is not warned of when it is private', async () => {
    const dataDir = join(root, 'made-by-the-server');
    const server = await startServerProcess(await freePort(), dataDir);
    await server.end('SIGTERM');
    expect(await modeOf(dataDir)).toBe('700');
    expect(server.output()).not.toContain('can open DATA_DIR');
  });
});

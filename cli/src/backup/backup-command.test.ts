import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runIn, startIn } from '../run.fixture.js';
import { objectsOf, withServer } from '../served.fixture.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cli-backup-'));
});
afterEach(() => rm(root, { recursive: true }));

const at = (name: string): string => join(root, name);

/** A server that answers every request by a function, whose connections end with the test. */
const withAnswers = async (
  answer: (socket: Socket) => void,
  use: (url: string) => Promise<void>,
): Promise<void> => {
  const server = createServer((_request, { socket }) => {
    if (socket !== null) answer(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    // Safe: a server that listens on a port has an address of this kind.
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

describe('backup', () => {
  it('saves a folder or an archive, which restore makes the data of another server', async () => {
    await withServer(
      async ({ run, place }) => {
        await place(3);
        expect(await run(['backup', at('folder')])).toEqual({
          exitCode: 0,
          out: expect.stringMatching(/^backup of 2 queues with 3 messages \(.* B\) saved as .*folder\n$/),
          err: '',
        });
        expect((await run(['backup', at('b.tar')])).exitCode).toBe(0);
      },
      { dataDir: at('running') },
    );
    for (const [saved, dataDir] of [
      ['folder', 'one'],
      ['b.tar', 'two'],
    ] as const) {
      const { exitCode, out } = await runIn(root, ['restore', saved, '--data-dir', dataDir]);
      expect([exitCode, out]).toEqual([
        0,
        expect.stringMatching(/^2 queues with 3 messages, as they were at .*Z, restored into .*(one|two)\n$/),
      ]);
      await withServer(
        async ({ run }) => {
          const { out: queues } = await run(['queues', '--json']);
          expect(objectsOf(queues)).toMatchObject([{ queue: 'orders', lastSeq: 3 }, { queue: 'empty' }]);
        },
        { dataDir: at(`${dataDir}/queue`) },
      );
    }
  });

  it('is an archive on standard output with "-", and nothing else', async () => {
    await withServer(
      async ({ run, place }) => {
        await place(2);
        const { exitCode, out, err } = await run(['backup', '-']);
        expect([exitCode, err]).toEqual([0, expect.stringContaining('backup of 2 queues with 2 messages')]);
        await writeFile(at('b.tar'), out, 'latin1');
      },
      { dataDir: at('running') },
    );
    expect((await runIn(root, ['restore', 'b.tar', '--data-dir', 'data'])).exitCode).toBe(0);
  });

  it('prints an object with --json', async () => {
    await withServer(
      async ({ run }) => {
        const { out } = await run(['backup', at('b.tar'), '--json']);
        expect(objectsOf(out)).toEqual([
          {
            path: at('b.tar'),
            createdAt: expect.any(Number),
            bytes: expect.any(Number),
            queues: [
              { queue: 'orders', firstSeq: 1, lastSeq: 0 },
              { queue: 'empty', firstSeq: 1, lastSeq: 0 },
              { queue: 'server.schedule', firstSeq: 1, lastSeq: 0 },
            ],
          },
        ]);
      },
      { dataDir: at('running') },
    );
  });

  const onLinux = platform() === 'linux' ? it : it.skip;

  onLinux('fails where the system makes no folder', async () => {
    await withServer(
      async ({ run }) => {
        const { exitCode, err } = await run(['backup', '/proc/typed-queue/saved']);
        expect([exitCode, err]).toEqual([73, expect.stringContaining('ENOENT')]);
      },
      { dataDir: at('running') },
    );
  });

  it('overwrites nothing', async () => {
    await writeFile(at('b.tar'), 'mine');
    const { exitCode, err } = await runIn(root, ['backup', 'b.tar']);
    expect([exitCode, err]).toEqual([73, expect.stringContaining('is there already')]);
    expect(await readFile(at('b.tar'), 'utf8')).toBe('mine');
  });

  it.each([
    ['dangling', 'is there already'],
    ['dangling/saved', 'dangling is not a folder'],
    ['linked', 'is there already'],
    ['file/saved', 'file is not a folder'],
    ['file/in/saved.tar', 'file is not a folder'],
  ])('refuses %s before it asks the server: %s', async (target, text) => {
    await symlink('nowhere', at('dangling'));
    await symlink('folder', at('linked'));
    await mkdir(at('folder'));
    await writeFile(at('file'), 'mine');
    const { exitCode, err } = await runIn(root, ['backup', target, '--url', 'http://127.0.0.1:9']);
    expect([exitCode, err]).toEqual([73, expect.stringContaining(text)]);
  });

  it('needs a token with all rights, where the server has keys', async () => {
    const key = createHash('sha256').update('a key').digest('hex');
    await withServer(
      async ({ run }) => {
        const { exitCode, err } = await run(['backup', at('b.tar')]);
        expect([exitCode, err]).toEqual([4, expect.stringContaining('(unauthorized)')]);
        expect((await run(['backup', at('b.tar'), '--token', key])).exitCode).toBe(0);
      },
      { keys: [key], dataDir: at('running') },
    );
  });

  it('is refused by a server that keeps everything in memory', async () => {
    await withServer(async ({ run }) => {
      const { exitCode, err } = await run(['backup', at('b.tar')]);
      expect([exitCode, err]).toEqual([64, expect.stringContaining('keeps everything in memory')]);
    });
  });

  it('leaves nothing when the connection is lost', async () => {
    const cut = (socket: Socket): void =>
      void socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
    await withAnswers(cut, async (url) => {
      const { exitCode, err } = await runIn(root, ['backup', 'folder', '--url', url]);
      expect([exitCode, err]).toEqual([5, expect.stringContaining('connection lost')]);
    });
    expect(await readdir(root)).toEqual([]);
  });

  it('leaves nothing when Ctrl-C ends it', async () => {
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const hang = (socket: Socket): void => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
      begin();
    };
    await withAnswers(hang, async (url) => {
      const backup = startIn(root, ['backup', 'b.tar', '--url', url]);
      await begun;
      backup.stop();
      expect((await backup.ended).exitCode).toBe(130);
    });
    expect(await readdir(root)).toEqual([]);
  });

  it('says of a server that knows no backups that it is an older one', async () => {
    const old = (socket: Socket): void =>
      void socket.end('HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 2\r\n\r\n{}');
    await withAnswers(old, async (url) => {
      const { exitCode, err } = await runIn(root, ['backup', 'b.tar', '--url', url]);
      expect([exitCode, err]).toEqual([69, expect.stringContaining('an older queue server')]);
    });
  });

  it('finds no server', async () => {
    const { exitCode, err } = await runIn(root, ['backup', 'b.tar', '--url', 'http://127.0.0.1:1']);
    expect([exitCode, err]).toEqual([5, expect.stringContaining('no queue server at http://127.0.0.1:1')]);
  });
});

describe('restore', () => {
  it.each<[name: string, exitCode: number, text: string]>([
    ['missing', 66, 'cannot be read'],
    ['other.tar', 66, '(backup_invalid)'],
    ['empty', 66, 'it has no manifest.json'],
  ])('refuses %s', async (name, code, text) => {
    await writeFile(at('other.tar'), 'no backup');
    await mkdir(at('empty'));
    const { exitCode, err } = await runIn(root, ['restore', name, '--data-dir', 'data']);
    expect([exitCode, err]).toEqual([code, expect.stringContaining(text)]);
  });

  it('refuses a data directory that is in use, or was', async () => {
    await withServer(
      async ({ run }) => {
        await run(['backup', at('b.tar')]);
        const { exitCode, err } = await runIn(root, ['restore', 'b.tar', '--data-dir', 'running']);
        expect([exitCode, err]).toEqual([78, expect.stringContaining('(data_dir_in_use)')]);
      },
      { dataDir: at('running/queue') },
    );
    const { exitCode, err } = await runIn(root, ['restore', 'b.tar', '--data-dir', 'running']);
    expect([exitCode, err]).toEqual([73, expect.stringContaining('(data_dir_not_empty)')]);
  });

  it.each(['dangling', 'file', 'file/data'])(
    'refuses the data directory %s: it is no folder',
    async (dataDir) => {
      await symlink('nowhere', at('dangling'));
      await writeFile(at('file'), 'mine');
      await mkdir(at('backup'));
      const { exitCode, err } = await runIn(root, ['restore', 'backup', '--data-dir', dataDir]);
      expect([exitCode, err]).toEqual([73, expect.stringContaining('is not a folder')]);
    },
  );

  it('needs a data directory', async () => {
    const { exitCode, err } = await runIn(root, ['restore', 'b.tar']);
    expect([exitCode, err]).toEqual([64, expect.stringContaining('--data-dir')]);
  });
});

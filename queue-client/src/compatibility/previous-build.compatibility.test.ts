import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { startTestServer } from '@typed-queue/queue-server/testing';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../connect.js';
import { EmptyProject } from '../empty-project.fixture.js';
import { PreviousBuild } from './previous-build.fixture.js';

const PACKAGES = ['@typed-queue/contracts', '@typed-queue/queue-client'];
const MINUTE_MS = 60_000;
const TSCONFIG = {
  compilerOptions: { strict: true, module: 'nodenext', target: 'es2023', lib: ['es2023'], types: ['node'] },
};

/** What the play sees, whichever builds take part. */
const SEEN = {
  published: [1, 2, 3, 4, 5],
  handled: [1, 2, 3, 4, 5].map((bytes) => `${bytes}: attempt 1`),
  tailed: [1, 2, 3, 4, 5],
  floor: 6,
  count: 1,
  deadLetters: [{ seq: 3, reason: 'not wanted', failures: 1 }],
  errors: [],
  lost: [],
};

let before: PreviousBuild;
let dataDir: string;
beforeAll(async () => {
  before = await PreviousBuild.make();
  dataDir = await mkdtemp(join(tmpdir(), 'typed-queue-before-data-'));
}, 10 * MINUTE_MS);
afterAll(async () => {
  await rm(dataDir, { recursive: true });
  await before.remove();
});

/** Plays with the packed client of a checkout. */
const play = async (url: string, checkout?: string): Promise<unknown> => {
  const project = await EmptyProject.with(PACKAGES, ['@types/node'], checkout);
  try {
    await project.write('tsconfig.json', JSON.stringify(TSCONFIG));
    await project.write('play.ts', await readFile(join(import.meta.dirname, 'play.fixture.ts'), 'utf8'));
    expect(await project.compile()).toEqual({ exitCode: 0, out: '' });
    const { exitCode, out } = await project.node('play.js', url);
    return exitCode === 0 ? JSON.parse(out) : out;
  } finally {
    await project.remove();
  }
};

describe('this build and the one before', () => {
  it(
    'the client of the build before works with this server',
    async () => {
      const server = await startTestServer();
      try {
        expect(await play(server.url, before.folder)).toEqual(SEEN);
      } finally {
        await server.close();
      }
    },
    MINUTE_MS,
  );

  it(
    'this client works with the server of the build before',
    async () => {
      const server = await before.startServer(dataDir);
      try {
        expect(await play(server.url)).toEqual(SEEN);
      } finally {
        await server.end();
      }
    },
    MINUTE_MS,
  );

  it('this server opens the data of the build before, with its groups and dead letters', async () => {
    const server = await startTestServer({ dataDir: join(dataDir, 'queue') });
    const queue = connect(contract, { url: server.url });
    try {
      expect(await queue.admin.groups('files')).toMatchObject([
        { group: 'workers', floor: 6, deadLetters: 1 },
      ]);
      const { letters } = await queue.admin.deadLetters('files');
      expect(letters).toMatchObject([{ seq: 3, reason: 'not wanted', message: { payload: { bytes: 3 } } }]);
    } finally {
      await queue.close();
      await server.close();
    }
  });
});

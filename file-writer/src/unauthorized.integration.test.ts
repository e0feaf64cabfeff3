import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import { FakeQueue } from './fake-queue.fixture.js';
import { runWith, type Run } from './run.fixture.js';

const key = 'key-of-the-file-writer';
let server: TestServer;
let folder: string;
let notes: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-writer-'));
  notes = join(folder, 'notes.txt');
  await writeFile(notes, 'hello\n');
  server = await startTestServer({ keys: [key] });
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const run = (env: Readonly<Record<string, string>>): Promise<Run> =>
  runWith(new FakeQueue(), {
    args: ['notes.txt'],
    cwd: folder,
    env,
    connect: ({ token }) => connect(contract, { url: server.url, token }),
  });

describe('the file writer at a server with keys', () => {
  it.each([
    ['another key', { QUEUE_TOKEN: 'key-of-somebody-else' }, 'does not know the token'],
    ['none', {}, 'showed none'],
  ])('ends with 1 and says what is unpublished and why when it shows %s', async (_, env, text) => {
    const { exitCode, err } = await run(env);
    expect(exitCode).toBe(1);
    expect(err).toMatch(/file-writer: unpublished: "save" of \S*notes\.txt \(unauthorized: .*QUEUE_TOKEN/);
    expect(err).toContain(text);
    expect(err).not.toContain('somebody-else');
    expect(await readFile(notes, 'utf8')).toBe('HELLO\n');
  });

  it('publishes when it shows one of them', async () => {
    expect(await run({ QUEUE_TOKEN: key })).toMatchObject({ exitCode: 0, err: '' });
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** Prints the file of each script when V8 has compiled it, however it was loaded. */
const PRELOAD = `import { writeSync } from 'node:fs';
import { Session } from 'node:inspector';
const session = new Session();
session.connect();
session.on('Debugger.scriptParsed', ({ params }) => writeSync(2, params.url + '\\n'));
session.post('Debugger.enable');`;

/** The files that a server of this package loads until it has listened and ended. */
const loadedBy = async (env: Readonly<Record<string, string>>): Promise<string[]> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'loaded-modules-'));
  folders.push(dataDir);
  const child = spawn(process.execPath, [join(import.meta.dirname, '../dist/main.js')], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      DATA_DIR: dataDir,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(PRELOAD)}`,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, files] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.includes('listens on')) child.kill('SIGTERM');
  });
  child.stderr.on('data', (chunk: Buffer) => (files += chunk.toString()));
  await once(child, 'close');
  if (!output.includes('listens on')) throw new Error(`it did not start: ${output}${files}`);
  return files.split('\n');
};

const of = (name: string, files: readonly string[]): string[] =>
  files.filter((file) => file.includes(`/node_modules/${name}/`));

describe('a queue server that starts', () => {
  it('loads no library of JSON Web Tokens or metrics, and of pretty log lines none for a log of JSON', async () => {
    const files = await loadedBy({ LOG_FORMAT: 'json' });
    expect(of('pino', files)).not.toEqual([]);
    expect(of('jose', files)).toEqual([]);
    expect(of('prom-client', files)).toEqual([]);
    expect(of('pino-pretty', files)).toEqual([]);
  });

  it('loads nothing of the test kit, and no client', async () => {
    const files = await loadedBy({ LOG_FORMAT: 'json' });
    expect(files.filter((file) => file.includes('/queue-server/dist/server.js'))).toHaveLength(1);
    expect(files.filter((file) => /\/testing[./]|\/queue-client\//.test(file))).toEqual([]);
  });

  it('loads them when they are needed', async () => {
    const JWT = {
      JWT_SECRET: 'a secret of more than 32 characters',
      JWT_AUDIENCE: 'queue',
      JWT_ISSUER: 'test',
    };
    const files = await loadedBy({ LOG_FORMAT: 'pretty', ...JWT });
    expect(of('jose', files)).not.toEqual([]);
    expect(of('pino-pretty', files)).not.toEqual([]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { firstPair, secondPair } from './access/certificates.fixture.js';
import { runServer } from './running-server.fixture.js';

let folder: string;
let env: { readonly TLS_CERT_FILE: string; readonly TLS_KEY_FILE: string };
let server: ChildProcess;
let output: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tls-program-'));
  env = { TLS_CERT_FILE: join(folder, 'cert.pem'), TLS_KEY_FILE: join(folder, 'key.pem') };
  output = '';
});
afterEach(async () => {
  if (server.exitCode === null) {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
  await rm(folder, { recursive: true });
});

const write = async (cert: string, key: string): Promise<void> => {
  await writeFile(env.TLS_CERT_FILE, cert);
  await writeFile(env.TLS_KEY_FILE, key);
};
const start = (): void => {
  server = runServer({ PORT: '0', DATA_DIR: folder, ...env });
  for (const stream of [server.stdout, server.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
};
/** Resolves when the server has written something like it. */
const written = async (pattern: RegExp): Promise<string> => {
  for (;;) {
    const found = pattern.exec(output);
    if (found !== null) return found[1] ?? '';
    await Promise.race([once(server.stdout ?? server, 'data'), once(server, 'exit')]);
  }
};
const subjectAt = async (port: number, ca: string): Promise<string> => {
  const socket = connect({ host: '127.0.0.1', port, ca });
  await once(socket, 'secureConnect');
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return String(CN);
};

describe('the server process with a certificate', () => {
  it('tells its https address, and reads both files again at SIGHUP', async () => {
    await write(firstPair.cert, firstPair.key);
    start();
    const port = Number(await written(/listens on https:\/\/127\.0\.0\.1:(\d+)/));
    expect(await subjectAt(port, firstPair.cert)).toBe('first');
    await write(secondPair.cert, secondPair.key);
    server.kill('SIGHUP');
    await written(/the TLS certificate was read again/);
    expect(await subjectAt(port, secondPair.cert)).toBe('second');
  });

  it('does not start with a key that does not belong to it, and says so', async () => {
    await write(firstPair.cert, secondPair.key);
    start();
    const [code] = (await once(server, 'close')) as [number];
    expect(code).toBe(78);
    expect(output).toContain(
      `queue-server: TLS_KEY_FILE ${env.TLS_KEY_FILE}: the key does not belong to the certificate in ${env.TLS_CERT_FILE}`,
    );
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestServer } from '@typed-queue/queue-server/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startCollector } from './collector.fixture.mjs';

const root = join(import.meta.dirname, '..');

let server;
let folder;
let programs;
beforeEach(async () => {
  server = await startTestServer({ storage: 'memory' });
  folder = await mkdtemp(join(tmpdir(), 'traces-'));
  await writeFile(join(folder, 'a.txt'), 'a');
  programs = [];
});
afterEach(async () => {
  for (const { child } of programs) child.kill('SIGKILL');
  await Promise.all(programs.map(({ exited }) => exited));
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a built program. `says` resolves when its output has a text, or it has ended. */
const run = (name, env, ...args) => {
  const child = spawn(process.execPath, [join(root, name, 'dist/bin.js'), ...args], {
    cwd: folder,
    env: {
      ...{ PATH: process.env.PATH, DATA_DIR: folder, PORT: '0' },
      ...{ LOG_FORMAT: 'json', QUEUE_URL: server.url },
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close').then(([exitCode]) => exitCode);
  const program = { child, exited, output: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      program.output += String(chunk);
      child.emit('output');
    });
  }
  program.says = async (text) => {
    while (!program.output.includes(text) && child.exitCode === null) {
      await Promise.race([once(child, 'output'), exited]);
    }
  };
  program.stop = () => {
    child.kill('SIGTERM');
    return exited;
  };
  programs.push(program);
  return program;
};

const traceId = '0af7651916cd43dd8448eb211c80319c';

describe('the programs, with a collector,', () => {
  let collector;
  beforeEach(async () => {
    collector = await startCollector();
  });
  afterEach(() => collector.close());

  it('continue one trace from an HTTP request through the outbox to the logger', async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    const [api, logger] = [run('api-server', env), run('logger', env)];
    await api.says('API server listens on');
    const [, url] = /listens on (http:[^\s,"]+)/.exec(api.output);
    const { status } = await globalThis.fetch(`${url}/api/v1/categories`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: `00-${traceId}-b7ad6b7169203331-01` },
      body: JSON.stringify({ name: 'Drinks' }),
    });
    expect(status).toBe(201);
    await logger.says('"Drinks"');
    expect(await Promise.all([api.stop(), logger.stop()])).toEqual([0, 0]);

    const request = await collector.span('POST /api/v1/categories');
    const publish = await collector.span('publish database');
    const handled = await collector.span('process database');
    const chain = [request, publish, handled];
    expect(chain.map(({ service }) => service)).toEqual(['api-server', 'api-server', 'logger']);
    expect(chain.map((span) => span.traceId)).toEqual([traceId, traceId, traceId]);
    expect(chain.map(({ parentSpanId }) => parentSpanId)).toEqual([
      'b7ad6b7169203331',
      request.spanId,
      publish.spanId,
    ]);
    // Server, producer and consumer.
    expect(chain.map(({ kind }) => kind)).toEqual([2, 4, 5]);
    expect(request.attributes).toEqual({
      'http.request.method': 'POST',
      'http.response.status_code': 201,
      'http.route': '/api/v1/categories',
      'url.path': '/api/v1/categories',
      'url.scheme': 'http',
    });
  });

  it('have the name that OTEL_SERVICE_NAME gives', async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    const writer = run('file-writer', { ...env, OTEL_SERVICE_NAME: 'shop' }, 'a.txt');
    expect(await writer.exited).toBe(0);
    expect(collector.spans.map(({ service, name }) => [service, name])).toEqual([['shop', 'publish files']]);
  });

  it('work on where it refuses, and say so once', async () => {
    const refusing = await startCollector(400);
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: refusing.url };
    const writer = run('file-writer', env, 'a.txt');
    expect(await writer.exited).toBe(0);
    expect(writer.output).toMatch(/^saved .*\nfile-writer: traces cannot be exported, .+: Bad Request\n$/);
    await refusing.close();
  });
});

/** Refuses every import of OpenTelemetry, as if it were not installed. */
const NOT_INSTALLED = `
  export const resolve = (name, context, next) => {
    if (!name.startsWith('@opentelemetry/')) return next(name, context);
    throw Object.assign(new Error("Cannot find package '" + name + "'"), { code: 'ERR_MODULE_NOT_FOUND' });
  };`;

describe.each([
  { name: 'api-server', args: [], says: 'API server listens on' },
  { name: 'logger', args: [], says: 'connected to' },
  { name: 'file-writer', args: ['a.txt'], says: 'saved' },
])('the program $name, where OpenTelemetry is not installed,', ({ name, args, says }) => {
  let options;
  beforeEach(async () => {
    await writeFile(join(folder, 'hooks.mjs'), NOT_INSTALLED);
    const register = "import { register } from 'node:module'; register('./hooks.mjs', import.meta.url);";
    await writeFile(join(folder, 'register.mjs'), register);
    options = { NODE_OPTIONS: `--import=${pathToFileURL(join(folder, 'register.mjs')).href}` };
  });

  it('runs, since it loads nothing of it', async () => {
    const program = run(name, options, ...args);
    await program.says(says);
    // The file writer ends by itself.
    expect(await (name === 'file-writer' ? program.exited : program.stop())).toBe(0);
    expect(program.output).toContain(says);
    expect(program.output).not.toContain('opentelemetry');
  });

  it('and where traces are to be exported, ends with 78 and says what to install', async () => {
    const env = { ...options, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
    const program = run(name, env, ...args);
    expect(await program.exited).toBe(78);
    const { peerDependencies } = JSON.parse(await readFile(join(root, name, 'package.json'), 'utf8'));
    const packages = Object.entries(peerDependencies).map((peer) => peer.join('@'));
    expect(program.output).toBe(
      `${name}: OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed: npm install ${packages.join(' ')}\n`,
    );
  });
});

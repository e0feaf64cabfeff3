import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { parse, parseAllDocuments } from 'yaml';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'ops/cluster');
const read = (name) => readFile(join(folder, name), 'utf8');

/** Modules of kubernetes-types, by the kinds that the manifest has. */
const TYPES = {
  Deployment: ['kubernetes-types/apps/v1', 'Deployment'],
  Service: ['kubernetes-types/core/v1', 'Service'],
};

/** What the compiler says of a manifest as a value of its type. */
const problemsOf = async (manifest) => {
  const [module, type] = TYPES[manifest.kind];
  // Beside the packages, so that the compiler finds them.
  const directory = await mkdtemp(join(root, 'node_modules/.manifest-'));
  const file = join(directory, 'manifest.ts');
  const text = `import type { ${type} } from '${module}';\nexport const manifest = ${JSON.stringify(manifest)} satisfies ${type};\n`;
  await writeFile(file, text);
  const program = ts.createProgram([file], { strict: true, noEmit: true, skipLibCheck: true, types: [] });
  const problems = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  await rm(directory, { recursive: true });
  return problems;
};

describe('the manifest for Kubernetes', () => {
  it('has the types of Kubernetes', async () => {
    const manifests = parseAllDocuments(await read('kubernetes.yaml')).map((document) => document.toJS());
    expect(manifests.map(({ kind }) => kind)).toEqual(['Deployment', 'Service']);
    for (const manifest of manifests) expect(await problemsOf(manifest)).toEqual([]);
  });

  it('would not compile with a field that Kubernetes lacks', async () => {
    expect(await problemsOf({ kind: 'Service', spec: { prots: [] } })).toHaveLength(1);
  });
});

describe('the services of a cluster', () => {
  it('are hardened', async () => {
    const { services } = parse(await read('compose.yaml'), { merge: true });
    for (const service of Object.values(services))
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], mem_limit: expect.any(String) });
  });

  it('name all nats-servers where a queue server stores', async () => {
    const { services } = parse(await read('compose.yaml'), { merge: true });
    const names = Object.keys(services).filter((name) => name.startsWith('nats-'));
    expect(services['queue-1'].environment.STORAGE).toContain(names.map((name) => `${name}:4222`).join(','));
  });
});

const hasNats = spawnSync('nats-server', ['--version']).error === undefined;
const itWithNats = hasNats || process.env.REQUIRE_NATS === '1' ? it : it.skip;

describe('the configuration of a nats-server', () => {
  itWithNats('is one that nats-server takes', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'nats-'));
    const file = join(directory, 'nats.conf');
    await writeFile(file, (await read('nats.conf')).replaceAll('/var/lib/nats', directory));
    const env = { ...process.env, NATS_PASSWORD: 'word' };
    const { status, stderr } = spawnSync('nats-server', ['-t', '-c', file], { env, encoding: 'utf8' });
    await rm(directory, { recursive: true });
    expect([status, stderr]).toEqual([0, expect.stringContaining('is valid')]);
  });
});

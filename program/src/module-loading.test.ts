import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadModule } from './module-loading.js';

/** `process`, and time that passes when a test says so. */
class FakeEnvironment extends EventEmitter {
  exitCode?: number;
  readonly process = this;
  readonly timers = new Map<number, () => void>();
  written = '';
  readonly stderr = { write: (text: string) => (this.written += text) };

  readonly after = (ms: number, run: () => void) => {
    this.timers.set(ms, run);
    return () => void this.timers.delete(ms);
  };
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'module-loading-'));
});

afterAll(() => rm(folder, { recursive: true }));

let files = 0;

const load = async (text: string) => {
  const environment = new FakeEnvironment();
  const file = join(folder, `module-${files++}.mjs`);
  await writeFile(file, text);
  return { file, environment, loading: loadModule(file, environment) };
};

const ENDLESS = 'await new Promise(() => undefined);';

describe('a module', () => {
  it('is loaded, and nothing of that stays', async () => {
    const { environment, loading } = await load('export const contract = 7;');
    expect(await loading).toMatchObject({ kind: 'loaded', module: { contract: 7 } });
    expect(environment.eventNames()).toEqual([]);
    expect(environment.timers.size).toBe(0);
  });

  it('that throws is refused', async () => {
    const { file, environment, loading } = await load("throw new Error('the first line\\nthe second');");
    const problem = `${file} does not load: Error: the first line`;
    expect(await loading).toEqual({ kind: 'failed', problem });
    expect(environment.eventNames()).toEqual([]);
  });

  it('that never finishes loading is refused when nothing is left that could wake the process', async () => {
    const { file, environment, loading } = await load(ENDLESS);
    environment.emit('beforeExit');
    expect(await loading).toEqual({
      kind: 'failed',
      problem: `${file} does not finish loading: it, or a module that it imports, awaits something at its top level that never happens; export the contract without waiting`,
    });
    expect(environment.eventNames()).toEqual([]);
    expect(environment.timers.size).toBe(0);
  });

  it('that keeps the process alive and does not finish loading is refused after 30 s', async () => {
    const { file, environment, loading } = await load(ENDLESS);
    environment.timers.get(30_000)?.();
    expect(await loading).toEqual({
      kind: 'failed',
      problem: `${file} does not finish loading within 30 s: it, or a module that it imports, awaits something at its top level; export the contract without waiting`,
    });
    expect(environment.eventNames()).toEqual([]);
  });

  it.each([
    [0, 78],
    [3, undefined],
  ])(
    'that ends the process with %d while it is loading is named, and the code is not 0',
    async (code, set) => {
      const { file, environment } = await load(ENDLESS);
      environment.emit('exit', code);
      expect(environment.written).toContain(
        `${file} ended the process while it was loading (exit code ${code}): `,
      );
      expect(environment.exitCode).toBe(set);
    },
  );

  it('names itself before others hear of the exit', async () => {
    const environment = new FakeEnvironment();
    let seen: unknown;
    environment.once('exit', () => (seen = environment.exitCode));
    void loadModule(join(folder, 'gone.mjs'), environment);
    environment.emit('exit', 0);
    expect(seen).toBe(78);
  });

  it('leaves signals to the system while it is loading', async () => {
    const { environment } = await load(ENDLESS);
    expect(environment.eventNames().sort()).toEqual(['beforeExit', 'exit']);
  });
});

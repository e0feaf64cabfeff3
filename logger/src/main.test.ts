import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '../dist/main.js');

/** Runs the built logger with a contract module of this text; a signal follows the first output of the module. */
const run = async (text: string, signal?: NodeJS.Signals) => {
  const folder = await mkdtemp(join(tmpdir(), 'logger-main-'));
  try {
    await writeFile(join(folder, 'contract.mjs'), text);
    const env = { PATH: process.env.PATH, INIT_CWD: folder, CONTRACT: './contract.mjs' };
    const logger = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    logger.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    logger.stdout.on('data', () => signal !== undefined && logger.kill(signal));
    // Safe: what `close` tells are the exit code and the signal.
    const [exitCode, by] = (await once(logger, 'close')) as [number | null, NodeJS.Signals | null];
    return { exitCode, by, errors };
  } finally {
    await rm(folder, { recursive: true });
  }
};

describe('the logger, while the module of its contract is loading,', () => {
  it.each([
    ['SIGTERM', 'waits', 'setInterval(() => undefined, 1_000); await new Promise(() => undefined);'],
    ['SIGINT', 'waits', 'setInterval(() => undefined, 1_000); await new Promise(() => undefined);'],
    ['SIGTERM', 'never waits', 'for (;;);'],
  ] as const)('is ended by %s where it %s', async (signal, _, text) => {
    const { by } = await run(`import { writeSync } from 'node:fs'; writeSync(1, 'loading'); ${text}`, signal);
    expect(by).toBe(signal);
  });

  it('does not end with 0 where the module ends the process, and names it', async () => {
    const { exitCode, errors } = await run('process.exit(0);');
    expect(exitCode).toBe(78);
    expect(errors).toMatch(/^\S*contract\.mjs ended the process while it was loading \(exit code 0\): .+\n$/);
  });
});

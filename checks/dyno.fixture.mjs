import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const KEY = 'a-key-of-more-than-16-characters';

/** The rights that the guides give to logger and API. */
export const writeKeys = async (dataDir) => {
  const rights = {
    logger: { '*': { consume: ['logger'] } },
    api: { database: { publish: ['*'], tail: true } },
  };
  const keys = Object.entries(rights).map(([name, queues]) => ({
    name,
    sha256: createHash('sha256').update(`key-of-${name}`).digest('hex'),
    queues,
  }));
  const path = join(dataDir, 'keys.json');
  await writeFile(path, JSON.stringify({ keys }), { mode: 0o600 });
  return path;
};

/** Starts what a Procfile names as a dyno would: from the root of the repository, by a shell, with config vars. */
export const dyno = async (folder, type, env) => {
  const procfile = await readFile(join(import.meta.dirname, '..', folder, 'Procfile'), 'utf8');
  const command = new RegExp(`^${type}: (.+)$`, 'm').exec(procfile)?.[1];
  const child = spawn('sh', ['-c', `exec ${command}`], {
    cwd: join(import.meta.dirname, '..'),
    env: { PATH: process.env.PATH, DYNO: `${type}.1`, LOG_FORMAT: 'json', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const started = { child, output: '', ended: once(child, 'exit').then(([code]) => code) };
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => (started.output += String(data)));
  }
  return started;
};

/** Resolves when the output of a program has a text. */
export const heard = async (program, text) => {
  while (!program.output.includes(text)) {
    if (program.child.exitCode !== null) {
      throw new Error(`no "${text}" in:\n${program.output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** Ends programs as Heroku does. Resolves to their exit codes. */
export const stopped = async (...programs) => {
  for (const { child } of programs) child.kill('SIGTERM');
  return Promise.all(programs.map(({ ended }) => ended));
};

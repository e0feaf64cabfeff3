import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The long form of the property tests: `npm run properties -- [rounds] [paths]`. Every round has other cases, by a seed
 * of its own; `PROPERTY_SEED=<seed> npm run jest -- <path>` repeats one.
 */
const DEFAULT_ROUNDS = 10;

const jest = (args, stdio, env = {}) => {
  const { status, stdout } = spawnSync('npm', ['run', '--silent', 'jest', '--', ...args], {
    cwd: join(import.meta.dirname, '..'),
    encoding: 'utf8',
    env: { ...process.env, ...env },
    stdio,
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
};

const [argument = String(DEFAULT_ROUNDS), ...paths] = process.argv.slice(2);
const rounds = Number(argument);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`properties: "${argument}" is no number of rounds: give 1 or more`);
  process.exit(2);
}

const hasProperties = (file) => readFileSync(file, 'utf8').includes("from 'fast-check'");
const files = jest(['--listTests', ...paths], ['ignore', 'pipe', 'inherit'])
  .split('\n')
  .filter((file) => file !== '' && hasProperties(file));
if (files.length === 0) {
  console.error(`properties: no property test matches ${paths.join(' ')}`);
  process.exit(2);
}

for (let round = 1; round <= rounds; round++) {
  const seed = String(randomInt(2 ** 31));
  console.log(`round ${round} of ${rounds}: ${files.length} files, PROPERTY_SEED=${seed}`);
  jest(['--silent', '--runTestsByPath', ...files], 'inherit', { PROPERTY_SEED: seed });
}

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The long form of the property tests: `npm run properties -- [rounds]`. Every round draws other random cases. */
const DEFAULT_ROUNDS = 10;

const jest = (args, stdio) => {
  const { status, stdout } = spawnSync('npm', ['run', '--silent', 'jest', '--', ...args], {
    cwd: join(import.meta.dirname, '..'),
    encoding: 'utf8',
    stdio,
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
};

const [argument = String(DEFAULT_ROUNDS)] = process.argv.slice(2);
const rounds = Number(argument);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`properties: "${argument}" is no number of rounds: give 1 or more`);
  process.exit(2);
}

const hasProperties = (file) => readFileSync(file, 'utf8').includes("from 'fast-check'");
const files = jest(['--listTests'], ['ignore', 'pipe', 'inherit'])
  .split('\n')
  .filter((file) => file !== '' && hasProperties(file));

for (let round = 1; round <= rounds; round++) {
  console.log(`round ${round} of ${rounds}: ${files.length} files`);
  jest(['--silent', '--runTestsByPath', ...files], 'inherit');
}

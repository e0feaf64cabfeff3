import { describe } from '@jest/globals';
import { spawnSync } from 'node:child_process';

/** Declares tests that need a program: skipped without it, unless the variable requires them. */
export const describeWithProgram = (
  program: string,
  variable: string,
): ((name: string, declare: () => void) => void) => {
  const isInstalled = spawnSync(program, ['--version']).error === undefined;
  return (name, declare) => {
    if (isInstalled || process.env[variable] === '1') describe(name, declare);
    else describe.skip(`${name} (skipped: ${program} is not installed)`, declare);
  };
};

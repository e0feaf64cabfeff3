import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Child, Machine } from './machine.js';

interface ChildOptions {
  readonly env: Machine['env'];
  readonly directory: string;
}

/** Runs Node with the terminal of this program. */
export const nodeChild = (
  execPath: string,
  args: readonly string[],
  { env, directory }: ChildOptions,
): Child => {
  const child = spawn(execPath, args, { env, cwd: directory, stdio: 'inherit' });
  return {
    // Safe: what `exit` says first is the code.
    ended: once(child, 'exit').then(([code]) => code as number | null),
    stop: (signal) => void child.kill(signal),
  };
};

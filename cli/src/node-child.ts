import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Child, ChildOptions } from './machine.js';

const STDERR = 2;

/** Runs Node with the terminal of this program. @param execPath of Node @param directory where it runs */
export const nodeChild = (
  execPath: string,
  directory: string,
  args: readonly string[],
  { env, output }: ChildOptions,
): Child => {
  const stdout = output === 'stderr' ? STDERR : 'inherit';
  const child = spawn(execPath, args, { env, cwd: directory, stdio: ['ignore', stdout, 'inherit', 'ipc'] });
  return {
    // Safe: what `exit` says first is the code.
    ended: once(child, 'exit').then(([code]) => code as number | null),
    signal: (name) => void child.kill(name),
  };
};

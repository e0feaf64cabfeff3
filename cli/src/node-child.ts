import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { platform } from 'node:os';
import type { Child, ChildEnd, ChildOptions } from './machine.js';

const STDERR = 2;
/** What a queue server says to its parent when it listens. */
const READY = 'ready';

/** Runs Node with the terminal of this program. @param execPath of Node @param directory where it runs */
export const nodeChild = (
  execPath: string,
  directory: string,
  args: readonly string[],
  { env, output }: ChildOptions,
): Child => {
  const stdout = output === 'stderr' ? STDERR : 'inherit';
  const child = spawn(execPath, args, {
    env,
    cwd: directory,
    stdio: ['ignore', stdout, 'inherit', 'ipc'],
    // A terminal signals all of a process group: this program passes on what the other is to get, when it can.
    detached: platform() !== 'win32',
  });
  return {
    ready: new Promise((resolve) => {
      // tsx says which modules it loads, too.
      child.on('message', (message) => {
        if (message === READY) resolve();
      });
    }),
    // Safe: `exit` has either of them.
    ended: once(child, 'exit').then(([exitCode, signal]): ChildEnd =>
      exitCode === null
        ? { kind: 'killed', signal: signal as string }
        : { kind: 'exited', exitCode: exitCode as number },
    ),
    signal: (name) => void child.kill(name),
  };
};

import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** A built program as a process of its own, to be killed. */
export interface Program {
  /** Resolves when its output holds this text; rejects when it ends before. */
  says(text: string): Promise<void>;
  /** What it writes to stdout. */
  readonly stdout: Readable | null;
  /** Ends it with a signal; resolves with its exit code, null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Enough of an output to look for a text, and to say why a program ended. */
const KEPT = 20_000;

/** Starts a file of Node; it gets these variables and no others. */
export const runProgram = (
  file: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Program => {
  const child = fork(file, args, { env, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const exited = once(child, 'exit').then(([code]): number | null =>
    typeof code === 'number' ? code : null,
  );
  const output = new Output();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => output.add(chunk.toString()));
  }
  return {
    stdout: child.stdout,
    says: async (text) => {
      const ended = exited.then(() => {
        throw new Error(`${file} ended:\n${output.text}`);
      });
      await Promise.race([output.holds(text), ended]);
    },
    end: (signal) => {
      child.kill(signal);
      return exited;
    },
  };
};

/** The end of what a program wrote. */
class Output {
  readonly #looks = new Set<() => void>();
  text = '';

  add(chunk: string): void {
    this.text = (this.text + chunk).slice(-KEPT);
    for (const look of this.#looks) look();
  }

  holds(text: string): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.text.includes(text)) return;
        this.#looks.delete(look);
        resolve();
      };
      this.#looks.add(look);
      look();
    });
  }
}

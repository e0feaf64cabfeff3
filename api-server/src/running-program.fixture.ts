import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The built program as a process of its own. */
export interface RunningProgram {
  /** Everything it wrote so far. */
  output(): string;
  /** Resolves when its output holds this text; rejects when it ends before. */
  says(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Its exit code; null: a signal ended it. */
  readonly exited: Promise<number | null>;
}

export const runProgram = (env: Readonly<Record<string, string>>): RunningProgram => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../dist/main.js')], {
    env: { PATH: process.env.PATH, LOG_FORMAT: 'json', QUEUE_URL: 'http://127.0.0.1:9', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      for (const look of waiting) look();
    });
  }
  const exited = once(child, 'close').then(([code]): number | null =>
    typeof code === 'number' ? code : null,
  );
  return {
    output: () => output,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (output.includes(text)) resolve();
        };
        waiting.add(look);
        look();
        void exited.then(() => reject(new Error(`the program ended:\n${output}`)));
      }),
    kill: (signal) => child.kill(signal),
    exited,
  };
};

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export interface Program {
  /** Of the page; also its origin. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the built program as a person would, on a free port. */
export const startProgram = async (): Promise<Program> => {
  const child = spawn(process.execPath, [PROGRAM], {
    env: { PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  let said = '';
  for await (const text of child.stdout.setEncoding('utf8')) {
    said += String(text);
    const [url] = /http:\/\/localhost:\d+(?=\n)/.exec(said) ?? [];
    if (url === undefined) continue;
    return {
      url,
      stop: async () => {
        child.kill();
        await exit;
      },
    };
  }
  throw new Error(`The program ended without naming its page: ${said}`);
};

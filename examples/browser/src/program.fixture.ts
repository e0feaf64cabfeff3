import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PAGE = ['../dist/main.js'] as const;

export interface Program {
  /** Of what it serves; also its origin. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a built program as a person would, on a free port. */
export const startProgram = async (
  [path, ...args]: readonly [path: string, ...args: string[]] = PAGE,
  env: Readonly<Record<string, string>> = {},
): Promise<Program> => {
  const child = spawn(process.execPath, [fileURLToPath(new URL(path, import.meta.url)), ...args], {
    env: { PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  let said = '';
  for await (const text of child.stdout.setEncoding('utf8')) {
    said += String(text);
    const [url] = /http:\/\/localhost:\d+(?=\n)/.exec(said) ?? [];
    if (url === undefined) continue;
    child.stdout.resume();
    return {
      url,
      stop: async () => {
        child.kill();
        await exit;
      },
    };
  }
  throw new Error(`The program ended without naming its URL: ${said}`);
};

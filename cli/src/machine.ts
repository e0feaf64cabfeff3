import type { readdir, readFile, stat, writeFile } from 'node:fs/promises';

interface Output {
  write(text: string): unknown;
}

/** What commands use of the machine that they run on. */
export interface Machine {
  /** Of this program. */
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working directory of the user, an absolute path: relative paths are resolved against it. */
  readonly directory: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly fs: {
    readonly readFile: typeof readFile;
    readonly readdir: typeof readdir;
    readonly stat: typeof stat;
    readonly writeFile: typeof writeFile;
  };
  readonly fetch: typeof fetch;
  /** Runs git and returns what it prints; rejects when it fails. */
  readonly git: (args: readonly string[], directory: string) => Promise<string>;
}

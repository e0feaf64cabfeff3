import type { chmod, lstat, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';

/** A stream of the terminal, a pipe or a file. */
export interface Output {
  /** Bytes only where they are the result. */
  write(text: string | Uint8Array): unknown;
  /** Default: false. */
  readonly isTerminal?: boolean | undefined;
  /** Resolves when it takes more, or never will; undefined: it takes more now. Default: it always does. */
  readonly ready?: () => Promise<unknown> | undefined;
}

export interface Input {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly isTerminal: boolean;
  /** In bytes, where it is known: of a file. */
  readonly size?: number | undefined;
}

/** How a program ended. */
export type ChildEnd =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'killed'; readonly signal: string };

/** A program that is running. */
export interface Child {
  /** Resolves when it says that it serves; never, if it does not. */
  readonly ready: Promise<void>;
  /** Rejects when it cannot be started. */
  readonly ended: Promise<ChildEnd>;
  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void;
}

export interface ChildOptions {
  readonly env: Machine['env'];
  /** `stderr`: all that it prints is on `stderr`. */
  readonly output: 'inherit' | 'stderr';
}

/** What commands use of the machine that they run on. */
export interface Machine {
  /** Of this program. */
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working directory of the user, an absolute path: relative paths are resolved against it. */
  readonly directory: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborts when `stdout` takes no more: its reader is gone (`tail | head`), or with a CommandError as its reason. */
  readonly outputClosed: AbortSignal;
  /**
   * Aborts at Ctrl-C, SIGTERM and SIGHUP (the terminal is closed), with the exit code as its reason. Who asks for it ends by
   * itself. With a listener SIGHUP calls that, each time, and ends nothing.
   */
  readonly stop: (onHangUp?: () => void) => AbortSignal;
  /** Asks on the terminal, and resolves with the answer; undefined: Ctrl-C. */
  readonly ask: (question: string) => Promise<string | undefined>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Of the user, where the system has such a number. */
  readonly uid: number | undefined;
  readonly fs: {
    readonly readFile: typeof readFile;
    readonly readdir: typeof readdir;
    readonly stat: typeof stat;
    readonly lstat: typeof lstat;
    readonly writeFile: typeof writeFile;
    readonly rename: typeof rename;
    readonly chmod: typeof chmod;
  };
  readonly fetch: typeof fetch;
  /** Runs git and returns what it prints; rejects when it fails. */
  readonly git: (args: readonly string[], directory: string) => Promise<string>;
  /** Runs Node, in the user's directory and with the terminal of this program. */
  readonly node: (args: readonly string[], options: ChildOptions) => Child;
}

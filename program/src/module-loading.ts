import { pathToFileURL } from 'node:url';
import type { After } from '@typed-queue/contracts/wire';
import { EXIT } from './run-program.js';
import { unrefAfter } from './timers.js';

const MAX_LOADING_MS = 30_000;

const WAITING = 'it, or a module that it imports, awaits something at its top level';
const ADVICE = 'export the contract without waiting';

/** The used part of `process`. */
interface LoadingProcess {
  exitCode?: number | string | null | undefined;
  readonly stderr: { write(text: string): unknown };
  once(event: 'beforeExit', listener: () => void): unknown;
  prependOnceListener(event: 'exit', listener: (exitCode: number) => void): unknown;
  off(event: 'beforeExit' | 'exit', listener: (exitCode: number) => void): unknown;
}

/** Runs a module, and resolves with its exports. @param url `file:` */
export type ImportModule = (url: string) => Promise<object>;

export interface LoadingEnvironment {
  readonly process: LoadingProcess;
  readonly after: After;
  readonly importModule: ImportModule;
}

/** The exports of a module, or why there are none. */
export type LoadedModule =
  | { readonly kind: 'loaded'; readonly module: object }
  | { readonly kind: 'failed'; readonly problem: string };

const systemEnvironment: LoadingEnvironment = {
  // eslint-disable-next-line no-restricted-globals -- only it knows that nothing is left to wait for
  process,
  after: unrefAfter,
  // Safe: a module is an object of its exports.
  importModule: (url) => import(url) as Promise<object>,
};

/**
 * Loads a module. It runs it, for at most 30 s of waiting. Where the module ends the process, that is reported, and the
 * exit code is not 0. A program listens to stop signals only afterwards: until then they end it at once, even where the
 * module blocks it.
 * @param file an absolute path
 */
export const loadModule = (
  file: string,
  environment: Partial<LoadingEnvironment> = {},
): Promise<LoadedModule> =>
  new Promise((resolve) => {
    const { process, after, importModule } = { ...systemEnvironment, ...environment };
    const end = (loaded: LoadedModule): void => {
      cancel();
      process.off('beforeExit', idle);
      process.off('exit', exiting);
      resolve(loaded);
    };
    const fail = (problem: string): void => end({ kind: 'failed', problem: `${file} ${problem}` });
    const idle = (): void => fail(`does not finish loading: ${WAITING} that never happens; ${ADVICE}`);
    const exiting = (exitCode: number): void => {
      process.stderr.write(
        `${file} ended the process while it was loading (exit code ${exitCode}): it, or a module that it imports, called process.exit() or threw an error that nothing caught; let it only export the contract\n`,
      );
      if (exitCode === 0) process.exitCode = EXIT.config;
    };
    const cancel = after(MAX_LOADING_MS, () =>
      fail(`does not finish loading within ${MAX_LOADING_MS / 1_000} s: ${WAITING}; ${ADVICE}`),
    );
    process.once('beforeExit', idle);
    process.prependOnceListener('exit', exiting);
    importModule(pathToFileURL(file).href).then(
      (module) => end({ kind: 'loaded', module }),
      (error: unknown) => fail(`does not load: ${firstLineOf(error)}`),
    );
  });

/** Some messages of Node have many lines. */
export const firstLineOf = (error: unknown): string => {
  const [first = '', second = ''] = String(error).split('\n');
  // Of a compiler's the first only says that there are more.
  return first.endsWith(':') ? `${first} ${second}` : first;
};

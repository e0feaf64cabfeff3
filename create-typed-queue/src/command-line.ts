import { parseArgs } from 'node:util';
import { createProject, ProjectError } from './project.js';

/** Of sysexits.h, as the command `typed-queue` has them. */
const EXIT = { done: 0, internal: 70, usage: 64, cannotCreate: 73 } as const;

const USAGE = `\
Usage: npm create typed-queue <folder>

Writes a project into a folder: a contract, a publisher, a consumer and a test, in TypeScript. It overwrites no file.

  --packages <folder>  takes the packages of typed-queue from this folder, packed by npm, and not from the registry
  --help               shows this
`;

interface Output {
  write(text: string): unknown;
}

/** What the command works with. */
export interface Surface {
  /** The folder of the template. */
  readonly template: string;
  /** The user's working directory. */
  readonly directory: string;
  readonly stdout: Output;
  readonly stderr: Output;
}

const CONTROL = /\p{Cc}/gu;

/** On one line, and without what a terminal obeys. */
const visible = (text: string): string =>
  text.replaceAll(CONTROL, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** As one word of a shell. */
const inShell = (path: string): string =>
  /^[\w./:@%+,=\\-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;

const nextSteps = (folder: string): string => `\
Created ${folder}. Next:

  cd ${inShell(folder)}
  npm install
  npm test            checks the types, and runs the test
  npm run server      starts the queue server; the others in terminals of their own:
  npm run consumer    handles orders
  npm run order       publishes one
`;

/** @returns the exit code; what goes wrong is said on `stderr`. */
export const run = async (args: readonly string[], surface: Surface): Promise<number> => {
  const { stdout, stderr } = surface;
  try {
    const { values, positionals } = parse(args);
    if (values.help === true) {
      stdout.write(USAGE);
      return EXIT.done;
    }
    const [folder, ...more] = positionals;
    if (folder === undefined) return usageError(stderr, 'Name the folder of the project.');
    if (more.length > 0)
      return usageError(stderr, `One folder, not ${positionals.length}: ${positionals.join(', ')}.`);
    if (folder.trim() === '' || folder !== visible(folder))
      return usageError(
        stderr,
        `The folder "${folder}" has no name, or one with control characters. Name another one.`,
      );
    // Nearly always an option that npm did not take, and a name that few programs take for a folder.
    if (folder.startsWith('-'))
      return usageError(stderr, `The folder ${folder} begins with a dash. Write ./${folder} if it is meant.`);
    await createProject({ ...surface, folder, packages: values.packages });
    stdout.write(nextSteps(folder));
    return EXIT.done;
  } catch (error) {
    return failed(stderr, error);
  }
};

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, packages: { type: 'string' } },
  });

const usageError = (stderr: Output, problem: string): number => {
  stderr.write(`error: ${visible(problem)}\n\n${USAGE}`);
  return EXIT.usage;
};

const failed = (stderr: Output, error: unknown): number => {
  // Safe: whatever was thrown here is an error of Node or of this program; fields that are missing are undefined.
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  // Of parseArgs: its message says what is wrong.
  if (code?.startsWith('ERR_PARSE_ARGS') === true) return usageError(stderr, message);
  stderr.write(`error: ${visible(message)}\n`);
  return error instanceof ProjectError || syscall !== undefined ? EXIT.cannotCreate : EXIT.internal;
};

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from './thrown.js';

/** `EX_USAGE` of most command line programs. */
const USAGE_WRONG = 2;

export interface ServerProgram {
  /** The command: `typed-queue-server`. */
  readonly name: string;
  /** One sentence: what it does. */
  readonly purpose: string;
  /** The variables that it reads, a line each. */
  readonly variables: string;
  /** Makes a key for clients, and the text that shows it; undefined: the program has no keys. */
  readonly newKey?: ((name: string) => string) | undefined;
  /** `<package>/dist`: the package.json above it has the version. */
  readonly moduleDir: string;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/**
 * Answers the arguments of a program that is configured only by its environment.
 * @returns the exit code after `--help`, `--version`, `--new-key` or a wrong argument; undefined: it should serve
 */
export const answerArguments = (args: readonly string[], program: ServerProgram): number | undefined => {
  const { name, stdout, stderr } = program;
  try {
    const answer = answerTo([...args], program);
    if (answer !== undefined) stdout.write(answer);
    return answer === undefined ? undefined : 0;
  } catch (error) {
    // Only errors that explain what is wrong with an argument are thrown.
    stderr.write(`${name}: ${messageOf(error)}\n${name} --help shows what it takes.\n`);
    return USAGE_WRONG;
  }
};

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', default: false },
  'new-key': { type: 'string' },
} as const;

const answerTo = (args: string[], program: ServerProgram): string | undefined => {
  const { newKey } = program;
  const { help, version, 'new-key': name } = parseArgs({ args, options: OPTIONS }).values;
  if (help) return usageOf(program);
  if (version) return `${versionOf(program)}\n`;
  if (name === undefined) return undefined;
  if (newKey === undefined) throw new Error('It has no keys of its own.');
  return newKey(name);
};

const usageOf = ({ name, purpose, variables, newKey }: ServerProgram): string =>
  `Usage: ${name} [--help] [--version]${newKey === undefined ? '' : ' [--new-key <name>]'}

${purpose}

Environment:
${variables}
Exit codes: 0 stopped by a signal, 1 it cannot run, 2 wrong usage, 78 wrong environment
`;

const versionOf = ({ moduleDir }: ServerProgram): string =>
  // Safe: npm has read the same file.
  (JSON.parse(readFileSync(join(moduleDir, '../package.json'), 'utf8')) as { version: string }).version;

import { messageOf } from '@typed-queue/program';
import { parseArgs } from 'node:util';

/** What a command line asks for. */
export type Command =
  | { readonly kind: 'write'; readonly files: readonly string[]; readonly timeoutMs: number }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly problem: string };

export const USAGE = `Usage: file-writer [--timeout <seconds>] <file…>

Rewrites each file in upper case, atomically, and publishes to the queue "files" what became of it.

  --timeout <seconds>  how long to wait for the queue server at the end (default 30)
  --help               show this text

Environment: QUEUE_URL (default http://localhost:3333), QUEUE_TOKEN or QUEUE_TOKEN_FILE
Exit codes: 0 all done, 1 a file failed or an event is unpublished, 2 wrong usage, 78 wrong environment
`;

const SECOND = 1_000;
/** A day: timers hold no more than 24 of them. */
const MAX_TIMEOUT_S = 86_400;

const timeoutOf = (text: string): number | undefined => {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  return seconds <= MAX_TIMEOUT_S ? seconds * SECOND : undefined;
};

/** Arguments as the user gave them, without those of Node. */
export const parseCommand = (args: readonly string[]): Command => {
  try {
    const { values, positionals: files } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { timeout: { type: 'string', default: '30' }, help: { type: 'boolean', default: false } },
    });
    const timeoutMs = timeoutOf(values.timeout);
    if (values.help) return { kind: 'help' };
    if (timeoutMs === undefined) {
      const allowed = `allowed: seconds from 0 to ${MAX_TIMEOUT_S}`;
      return { kind: 'wrong', problem: `--timeout ${JSON.stringify(values.timeout)}: ${allowed}` };
    }
    if (files.length === 0) return { kind: 'wrong', problem: 'no file is named' };
    return { kind: 'write', files, timeoutMs };
  } catch (error) {
    // parseArgs throws nothing but errors that explain what is wrong with an argument.
    return { kind: 'wrong', problem: messageOf(error) };
  }
};

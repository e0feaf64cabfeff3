import { printable } from '@typed-queue/program';
import { Command } from 'commander';
import * as z from 'zod';
import { readSettings } from '../connection/settings.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { Printer } from '../output/printer.js';
import { addServerOptions, type ServerOptions } from '../server-options.js';
import { getPage, type Page } from './page-request.js';

const HELP = `
Asks /livez (the server runs) and /readyz (it takes messages), which need no token.

Exit codes: 0 it takes messages  5 there is no server  69 it runs, and takes none: its reasons are printed
`;

/** `typed-queue health`. */
export const healthCommand = (machine: Machine, exit: (code: ExitCode) => void): Command =>
  addServerOptions(
    new Command('health').description('says whether the server runs and takes messages'),
    HELP,
  ).action(async (options: ServerOptions) => exit(await health(options, machine)));

type Health =
  | { readonly kind: 'ready' }
  | { readonly kind: 'not ready'; readonly problems: readonly string[] }
  | { readonly kind: 'absent'; readonly problem: string };

const health = async (options: ServerOptions, machine: Machine): Promise<ExitCode> => {
  const printer = new Printer(options, machine);
  const { url, path = '/socket.io/', ca, timeoutMs } = await readSettings(options, machine);
  // Behind a proxy they are beside Socket.IO.
  const base = new URL('.', new URL(path.replace(/\/$/, ''), url));
  const ask = (page: string): Promise<Page> => getPage(new URL(page, base), { ca, timeoutMs });
  const found = healthOf(await ask('livez'), await ask('readyz'));
  const problems =
    found.kind === 'not ready' ? found.problems : found.kind === 'absent' ? [found.problem] : [];
  const result = { url, live: found.kind !== 'absent', ready: found.kind === 'ready', problems };
  printer.result(result, textOf(url, found));
  return EXIT_CODES[found.kind];
};

const EXIT_CODES = { ready: EXIT.done, 'not ready': EXIT.unavailable, absent: EXIT.unreachable } as const;

const body = z.object({
  problems: z.array(z.object({ check: z.string(), problem: z.string() })).default([]),
});

const healthOf = (live: Page, ready: Page): Health => {
  if (live.kind === 'failed') return { kind: 'absent', problem: live.problem };
  if (live.status !== 200)
    return { kind: 'absent', problem: `what answers is no queue server: /livez says ${live.status}` };
  if (ready.kind === 'failed') return { kind: 'not ready', problems: [ready.problem] };
  if (ready.status === 200) return { kind: 'ready' };
  const parsed = body.safeParse(jsonOf(ready.text));
  const problems = parsed.success ? parsed.data.problems : [];
  return { kind: 'not ready', problems: problems.map(({ check, problem }) => `${check}: ${problem}`) };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const textOf = (url: string, found: Health): string => {
  if (found.kind === 'ready') return `${url} runs, and takes messages`;
  if (found.kind === 'absent') return `${url}: ${found.problem}. Start the server, or name it by --url.`;
  const reasons = found.problems.map((problem) => `\n  ${printable(problem)}`).join('');
  return `${url} runs, but takes no messages; publishers keep theirs and try again:${reasons}`;
};

import { Command, Option } from 'commander';
import { match } from 'ts-pattern';
import { CONTRACT_DEFAULT } from '../connection/contract-choice.js';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { notEmpty } from '../not-empty.js';
import { checkReport } from './check-report.js';
import { checkContract, MODES, type Mode, type Verdict } from './contract-check.js';
import { loadSchemas } from './contract-schemas.js';
import { readExports } from './export-source.js';
import { readWaivers } from './waivers.js';

interface CheckOptions {
  readonly against?: readonly string[];
  readonly mode: Mode;
  readonly contract?: string;
  readonly waivers?: string;
  readonly json: boolean;
}

const HELP = `
Modes:
  backward         what was published under the old contract, or still is, is valid under the new one; or
                   it is of an earlier version that the event has in "versions": stored messages are read,
                   publishers that still send it are refused
  forward          consumers that have the old contract can read what is published under the new one;
                   fields that they do not know are no hindrance
  full             both
  full-transitive  both, against each of several exports

Sources of --against (exports made by "typed-queue contract export --json-schema"; old code never runs):
  a file, a URL, or with full-transitive a folder of .json files
  <ref>:<path>     as "git show" takes it: origin/main:contract.json; a ref alone means contract.json in this folder

Waivers (--waivers <file>) accept findings, each for a reason; what a waiver does not name may be anything:
  { "waivers": [{ "rule": "required", "queue": "orders", "event": "placed", "pointer": "/properties/total",
                  "reason": "no consumer before version 2 is deployed" }] }

Examples:
  $ typed-queue contract check --against origin/main
  $ typed-queue contract check --contract dist/contract.js --against contracts/ --mode full-transitive
  $ typed-queue contract check --against https://example.com/contract.json --mode backward --json

Exit codes: 0 compatible  1 breaking  2 undecidable: a refinement or pattern that nobody can compare
            64 wrong usage  66 unreadable input
`;

const repeated = (source: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  notEmpty(source),
];

/** `typed-queue contract check`. */
export const checkCommand = (machine: Machine, exit: (code: ExitCode) => void): Command =>
  new Command('check')
    .description('says of each event whether the contract is compatible with earlier exports of it')
    .option('--against <source>', 'an earlier export: file, folder, URL or git ref; repeatable', repeated)
    .addOption(new Option('--mode <mode>', 'what must hold').choices(MODES).default('full'))
    .option(
      '--contract <module>',
      `path or package that exports "contract" (default: ${CONTRACT_DEFAULT})`,
      notEmpty,
    )
    .option('--waivers <file>', 'accepted findings', notEmpty)
    .option('--json', 'print the result as one line of JSON', false)
    .addHelpText('after', HELP)
    .action(async (options: CheckOptions) => exit(await check(options, machine)));

const check = async (
  { against = [], mode, ...options }: CheckOptions,
  machine: Machine,
): Promise<ExitCode> => {
  if (against.length === 0)
    throw new CommandError(EXIT.usage, 'name what to compare with: --against <source>');
  const exports = (await Promise.all(against.map((source) => readExports(source, machine)))).flat();
  if (exports.length > 1 && mode !== 'full-transitive') {
    throw new CommandError(
      EXIT.usage,
      `there are ${exports.length} exports: name one, or say --mode full-transitive`,
    );
  }
  const waivers = await readWaivers(options.waivers, machine);
  const result = checkContract(await loadSchemas(options.contract, machine), { mode, exports, waivers });
  machine.stdout.write(options.json ? `${JSON.stringify(result)}\n` : checkReport(result));
  return exitCodeOf(result.verdict);
};

const exitCodeOf = (verdict: Verdict): ExitCode =>
  match(verdict)
    .with('compatible', () => EXIT.done)
    .with('breaking', () => EXIT.breaking)
    .with('undecidable', () => EXIT.undecidable)
    .exhaustive();

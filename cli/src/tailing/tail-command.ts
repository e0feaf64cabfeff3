import type { Contract } from '@typed-queue/contracts';
import { STARTS } from '@typed-queue/program';
import { Command } from 'commander';
import { readSettings } from '../connection/settings.js';
import { contractFor } from '../connection/served-contract.js';
import { withClient } from '../connection/client.js';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { startOption } from '../output/time.js';
import { Printer } from '../output/printer.js';
import { addServerOptions, type ServerOptions } from '../server-options.js';
import { wholeNumber } from '../whole-number.js';
import { notEmpty } from '../not-empty.js';
import { printTail, type TailFilter } from './print-tail.js';

interface TailCommandOptions extends ServerOptions, TailFilter {
  readonly from: string;
  readonly contract?: string;
}

const HELP = `
--from takes ${STARTS}.
"new" is the same as "now". Missing messages (removed by retention, or damaged) are named on standard error. A broken
connection, too: the tail goes on where it was.

Examples:
  $ typed-queue tail orders
  $ typed-queue tail orders --from 2h --event cancelled
  $ typed-queue tail orders --from start --no-follow --json > orders.ndjson
  $ typed-queue tail orders --from start --json | head -3 | jq .payload

Exit codes: 0 done, or its reader is gone  3 no such queue or event  4 refused  5 no server  64 wrong usage
            129, 130, 143 ended by a signal
`;

const repeated = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

const count = wholeNumber('Write a number of messages: 10.');

/** `typed-queue tail`. */
export const tailCommand = (machine: Machine, exit: (code: ExitCode) => void): Command => {
  const command = new Command('tail')
    .description('prints the messages of a queue as they come; its groups do not notice')
    .argument('<queue>')
    .option('--from <place>', 'where it begins', 'now')
    .option('--no-follow', 'end when everything up to now is printed')
    .option('--event <name>', 'only this event; repeatable', repeated)
    .option('--key <key>', 'only this ordering key; repeatable', repeated)
    .option('--count <n>', 'end after this number of messages', count)
    .option('--contract <module>', 'read by this contract, with its versions (CONTRACT)', notEmpty);
  return addServerOptions(command, HELP).action(async (queue: string, options: TailCommandOptions) => {
    exit(await tail(queue, options, machine));
  });
};

const tail = async (queue: string, options: TailCommandOptions, machine: Machine): Promise<ExitCode> => {
  const from = startOption('--from', options.from === 'new' ? 'now' : options.from, machine.now());
  const printer = new Printer(options, machine);
  const settings = await readSettings(options, machine);
  const contract = await contractFor(queue, settings, machine);
  checkEvents(queue, options.event ?? [], contract);
  return withClient(
    settings,
    machine,
    (client) => printTail(client, { queue, from, filter: options, printer }, machine),
    { contract },
  );
};

/** @throws CommandError that names the events of the queue */
const checkEvents = (queue: string, events: readonly string[], contract: Contract): void => {
  const known = contract[queue]?.events;
  if (known === undefined) return;
  const unknown = events.find((event) => !Object.hasOwn(known, event));
  if (unknown === undefined) return;
  const names = Object.keys(known).join(', ');
  throw new CommandError(EXIT.notFound, `the queue "${queue}" has no event "${unknown}"; it has ${names}`);
};

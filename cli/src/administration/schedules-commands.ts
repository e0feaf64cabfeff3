import type { MissedRuns, ScheduleStatus } from '@typed-queue/contracts';
import { Command, Option } from 'commander';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { notEmpty } from '../not-empty.js';
import { timeText } from '../output/time.js';
import { headerOption, publishOptionsOf } from '../publishing/message-options.js';
import { payloadOf } from '../publishing/payload.js';
import { addServerOptions } from '../server-options.js';
import { addYesOption, operate, type Operation, type OperatorOptions } from './operation.js';

/** Of `schedules`. */
export const SCHEDULES_HELP = `
A schedule publishes a message again and again, at the times of a cron pattern.

Examples:
  $ typed-queue schedules put monthly --cron '0 3 1 * *' --queue orders --event placed '{"id":"s-1","total":12}'
  $ typed-queue schedules list orders
  $ typed-queue schedules delete monthly
`;

const PUT_HELP = `
The payload is JSON: an argument, or with "-", or without one in a pipe, all of standard input. A schedule of the same name
is replaced; the same one again changes nothing. The cron pattern has five fields: minute, hour, day of the month, month, day
of the week. Six begin with the second. --missed says what becomes of runs that are more than a minute late, since the server
did not run: "once" makes the last of them, "all" each, "skip" none.

Examples:
  $ typed-queue schedules put monthly --cron '0 3 1 * *' --time-zone Europe/Berlin --queue orders --event placed '{"id":"s-1","total":12}'
  $ typed-queue schedules put nightly --cron '0 3 * * *' --missed all --queue orders --event placed - < order.json
`;

const MISSED = ['once', 'all', 'skip'] as const satisfies readonly MissedRuns[];
const HEADINGS = ['NAME', 'QUEUE', 'EVENT', 'CRON', 'TIME ZONE', 'MISSED', 'NEXT', 'LAST'];

type Exit = (code: ExitCode) => void;

interface PutOptions extends OperatorOptions {
  readonly cron: string;
  readonly queue: string;
  readonly event: string;
  readonly timeZone?: string;
  readonly missed?: MissedRuns;
  readonly key?: string;
  readonly header?: Readonly<Record<string, string>>;
}

/** The verbs of `typed-queue schedules`. */
export const schedulesCommands = (machine: Machine, exit: Exit): readonly Command[] => [
  addServerOptions(
    new Command('list')
      .description('shows the schedules of a queue, or of all that you administer')
      .argument('[queue]'),
  ).action(async (queue: string | undefined, options: OperatorOptions) =>
    exit(await operate(options, machine, (operation) => list(queue, operation))),
  ),
  putCommand(machine, exit),
  addServerOptions(
    addYesOption(
      new Command('delete').description('ends a schedule; what it published stays').argument('<name>'),
    ),
  ).action(async (name: string, options: OperatorOptions) =>
    exit(await operate(options, machine, (operation) => end(name, operation))),
  ),
];

const putCommand = (machine: Machine, exit: Exit): Command =>
  addServerOptions(
    new Command('put')
      .description('makes a schedule, or replaces the one of this name')
      .argument('<name>')
      .argument('[json]', 'the payload; "-": on standard input')
      .requiredOption('--cron <pattern>', "when: '0 3 * * *' is each day at three", notEmpty)
      .requiredOption('--queue <queue>', 'where it publishes', notEmpty)
      .requiredOption('--event <event>', 'what it publishes', notEmpty)
      .option('--time-zone <zone>', 'an IANA name, Europe/Berlin (default: UTC)', notEmpty)
      .addOption(new Option('--missed <runs>', 'missed runs to make (default: once)').choices(MISSED))
      .option('--key <key>', 'ordering key')
      .option('--header <name=value>', 'repeatable', headerOption),
    PUT_HELP,
  ).action(async (name: string, json: string | undefined, options: PutOptions) => {
    const payload = await payloadOf(json, machine);
    exit(await operate(options, machine, (operation) => put(name, { payload, options }, operation)));
  });

const list = async (
  queue: string | undefined,
  { admin, printer, timeoutMs }: Operation,
): Promise<ExitCode> => {
  const schedules = await admin.schedules.list(queue, { timeoutMs });
  if (printer.isJson) for (const schedule of schedules) printer.object(schedule);
  else await printer.table(HEADINGS, schedules.map(rowOf), 'no schedule');
  return EXIT.done;
};

const rowOf = (schedule: ScheduleStatus): readonly string[] => {
  const { name, queue, event, cron, timeZone, missed, nextAt, lastAt } = schedule;
  return [name, queue, event, cron, timeZone, missed, atText(nextAt), atText(lastAt)];
};

const atText = (time: number | null): string => (time === null ? '-' : timeText(time));

interface Put {
  readonly payload: unknown;
  readonly options: PutOptions;
}

const put = async (
  name: string,
  { payload, options }: Put,
  { admin, printer, timeoutMs }: Operation,
): Promise<ExitCode> => {
  const { cron, timeZone, missed, queue, event } = options;
  const { headers } = publishOptionsOf(payload, options);
  const schedule = { cron, timeZone, missed, queue, event, payload, headers };
  const status = await admin.schedules.put(name, schedule, { timeoutMs });
  printer.result(status, `scheduled: ${name} for ${queue}, next at ${atText(status.nextAt)}`);
  return EXIT.done;
};

const end = async (name: string, { admin, printer, timeoutMs, confirm }: Operation): Promise<ExitCode> => {
  await confirm(`Delete the schedule "${name}"? It publishes nothing more.`);
  if (!(await admin.schedules.delete(name, { timeoutMs }))) throw noSchedule(name);
  printer.result({ name, deleted: true }, `deleted: schedule "${name}"`);
  return EXIT.done;
};

const noSchedule = (name: string): CommandError =>
  new CommandError(
    EXIT.notFound,
    `there is no schedule ${JSON.stringify(name)}. "typed-queue schedules list" lists them.`,
  );

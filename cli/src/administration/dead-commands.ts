import type { DeadLetter } from '@typed-queue/contracts';
import { Command, InvalidArgumentError } from 'commander';
import { decimal } from '../decimal.js';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { countOf } from '../output/quantity.js';
import { timeText } from '../output/time.js';
import { checkNamed } from './dead-absence.js';
import { addFilterOptions, filterOf, position, type FilterOptions } from './dead-filter.js';
import { letterText } from './letter-text.js';
import { addServerOptions } from '../server-options.js';
import { addYesOption, operate, type Operation, type OperatorOptions } from './operation.js';

type Exit = (code: ExitCode) => void;

interface ListOptions extends OperatorOptions, FilterOptions {
  readonly limit?: number;
}

interface ChangeOptions extends OperatorOptions, FilterOptions {
  readonly dryRun: boolean;
  readonly rate?: number;
}

/** Of `dead` and its verbs. */
export const DEAD_HELP = `
Examples:
  $ typed-queue dead list orders --group billing --since 2h
  $ typed-queue dead show orders 17
  $ typed-queue dead redrive orders --group billing --reason timeout --dry-run
  $ typed-queue dead redrive orders --group billing --reason timeout --rate 20
  $ typed-queue dead redrive orders --code sold_out
  $ typed-queue dead discard orders --until 30d --yes
`;

const positive = (text: string): number => {
  const value = decimal(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('Write a number above 0.');
};

/** The verbs of `typed-queue dead`. */
export const deadCommands = (machine: Machine, exit: Exit): readonly Command[] => [
  listCommand(machine, exit),
  showCommand(machine, exit),
  redriveCommand(machine, exit),
  discardCommand(machine, exit),
];

const finish = (command: Command): Command => addServerOptions(command, DEAD_HELP);

const listCommand = (machine: Machine, exit: Exit): Command =>
  finish(
    addFilterOptions(
      new Command('list')
        .description('lists the dead letters of a queue, the oldest first')
        .argument('<queue>')
        .option('--limit <n>', 'at most this number (default: 100 in a table, all with --json)', positive),
    ),
  ).action(async (queue: string, options: ListOptions) => {
    const filter = filterOf(options, machine);
    exit(await operate(options, machine, (operation) => list(queue, { ...options, filter }, operation)));
  });

interface Listing extends Pick<ListOptions, 'limit'> {
  readonly filter: ReturnType<typeof filterOf>;
}

const HEADINGS = ['POSITION', 'TIME', 'GROUP', 'SEQ', 'EVENT', 'CODE', 'REASON', 'DATA'];
const MAX_TEXT = 60;

const shortened = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);

const rowOf = ({
  position,
  time,
  group,
  seq,
  message,
  code,
  reason,
  data,
}: DeadLetter): readonly string[] => [
  String(position),
  timeText(time),
  group,
  String(seq),
  message === null ? '(gone)' : message.event,
  code,
  shortened(reason),
  data === undefined ? '' : shortened(JSON.stringify(data)),
];

/** Without the last column where no letter has data. */
const tableOf = (rows: readonly (readonly string[])[]): readonly (readonly string[])[] => {
  const hasData = rows.some((row) => row.at(-1) !== '');
  return [HEADINGS, ...rows].map((row) => (hasData ? row : row.slice(0, -1)));
};

/** Rows of a table, unless --limit says otherwise. */
const DEFAULT_ROWS = 100;

const list = async (queue: string, { filter, limit }: Listing, operation: Operation): Promise<ExitCode> => {
  const { admin, printer, timeoutMs } = operation;
  const most = limit ?? (printer.isJson ? Infinity : DEFAULT_ROWS);
  const rows: (readonly string[])[] = [];
  let count = 0;
  for await (const letter of admin.eachDeadLetter(queue, filter, { timeoutMs })) {
    if (printer.isClosed || ++count > most) break;
    if (printer.isJson) printer.object(letter);
    else rows.push(rowOf(letter));
    await printer.ready();
  }
  if (count === 0) await checkNamed(queue, filter, operation);
  if (!printer.isJson) {
    const [headings = HEADINGS, ...cells] = tableOf(rows);
    await printer.table(headings, cells, 'no dead letter');
  }
  if (count > most) printer.note('there are more: --limit, or a filter');
  return EXIT.done;
};

const showCommand = (machine: Machine, exit: Exit): Command =>
  finish(
    new Command('show')
      .description('shows a dead letter: its message, and every failure')
      .argument('<queue>')
      .argument('<position>', 'as "dead list" shows it', position),
  ).action(async (queue: string, at: number, options: OperatorOptions) =>
    exit(await operate(options, machine, (operation) => show(queue, at, operation))),
  );

const show = async (
  queue: string,
  at: number,
  { admin, printer, timeoutMs }: Operation,
): Promise<ExitCode> => {
  for await (const letter of admin.eachDeadLetter(queue, { positions: [at] }, { timeoutMs })) {
    printer.result(letter, letterText(letter));
    return EXIT.done;
  }
  throw new CommandError(
    EXIT.notFound,
    `${queue} has no dead letter at position ${at}; "typed-queue dead list ${queue}" lists them`,
  );
};

const redriveCommand = (machine: Machine, exit: Exit): Command =>
  finish(
    addFilterOptions(
      new Command('redrive')
        .description('delivers dead letters again to the groups that gave them up')
        .argument('<queue>'),
    )
      .option('--rate <n>', 'at most this number a second', positive)
      .option('--dry-run', 'only count, and say what could not be redriven', false),
  ).action(async (queue: string, options: ChangeOptions) => {
    const filter = filterOf(options, machine);
    exit(await operate(options, machine, (operation) => redrive(queue, { ...options, filter }, operation)));
  });

interface Changing extends Pick<ChangeOptions, 'dryRun' | 'rate'> {
  readonly filter: ReturnType<typeof filterOf>;
}

const redrive = async (
  queue: string,
  { filter, dryRun, rate }: Changing,
  operation: Operation,
): Promise<ExitCode> => {
  const { admin, printer, timeoutMs } = operation;
  const options = { ...filter, dryRun, ratePerSecond: rate, timeoutMs };
  const { redriven, refusedCount, refused } = await untilStopped(
    (signal, done) =>
      admin.redrive(queue, { ...options, signal, progress: (soFar) => done(`${soFar.redriven} redriven`) }),
    operation,
  );
  if (redriven + refusedCount === 0) await checkNamed(queue, filter, operation);
  for (const { position: at, group, code, reason } of refused)
    printer.note(`position ${at} of group "${group}" cannot be redriven: ${reason} (${code})`);
  const letters = countOf(redriven, 'dead letter');
  const text = `${letters} of ${queue} ${dryRun ? 'would be redriven' : 'redriven'}, ${refusedCount} refused`;
  printer.result({ queue, dryRun, redriven, refusedCount, refused }, text);
  return refusedCount === 0 ? EXIT.done : EXIT.failed;
};

/** Ctrl-C ends it between two pages, and says what was done until then. @throws CommandError then */
const untilStopped = async <T>(
  run: (signal: AbortSignal, done: (text: string) => void) => Promise<T>,
  { stop }: Operation,
): Promise<T> => {
  const signal = stop();
  let known = 'none';
  try {
    return await run(signal, (text) => (known = text));
  } catch (error) {
    if (!signal.aborted) throw error;
    // Safe: the reason is the exit code.
    const exitCode = signal.reason as ExitCode;
    throw new CommandError(
      exitCode,
      `stopped: ${known} so far, and perhaps those of the request that was under way`,
    );
  }
};

const discardCommand = (machine: Machine, exit: Exit): Command =>
  finish(
    addYesOption(
      addFilterOptions(
        new Command('discard').description('removes dead letters permanently').argument('<queue>'),
      ),
    ).option('--dry-run', 'only count', false),
  ).action(async (queue: string, options: ChangeOptions) => {
    const filter = filterOf(options, machine);
    // Who only counts is not asked.
    const { yes = false, ...others } = options;
    const asking = { ...others, yes: yes || options.dryRun };
    exit(await operate(asking, machine, (operation) => discard(queue, { ...options, filter }, operation)));
  });

const discard = async (
  queue: string,
  { filter, dryRun }: Changing,
  operation: Operation,
): Promise<ExitCode> => {
  const { admin, printer, timeoutMs, confirm } = operation;
  let through: number | undefined;
  const progress = (_: number, newest: number): void => void (through = newest);
  const count = await admin.discard(queue, { ...filter, dryRun: true, timeoutMs, progress });
  if (count === 0) await checkNamed(queue, filter, operation);
  if (count > 0) await confirm(`Discard ${countOf(count, 'dead letter')} of ${queue} permanently?`);
  const discardAll = (signal: AbortSignal, done: (text: string) => void): Promise<number> =>
    admin.discard(queue, {
      ...filter,
      through,
      timeoutMs,
      signal,
      progress: (soFar) => done(`${soFar} discarded`),
    });
  const discarded = dryRun || count === 0 ? count : await untilStopped(discardAll, operation);
  const text = `${countOf(discarded, 'dead letter')} of ${queue} ${dryRun ? 'would be discarded' : 'discarded'}`;
  printer.result({ queue, dryRun, discarded }, text);
  return EXIT.done;
};

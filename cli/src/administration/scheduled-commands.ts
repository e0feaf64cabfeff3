import type { ScheduledReport } from '@typed-queue/contracts';
import { printable } from '@typed-queue/program';
import { Command } from 'commander';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { timeText } from '../output/time.js';
import { addServerOptions } from '../server-options.js';
import { wholeNumber } from '../whole-number.js';
import { operate, type Operation, type OperatorOptions } from './operation.js';

/** Of `scheduled`. */
export const SCHEDULED_HELP = `
Messages that were published with a time, "typed-queue pub --deliver 2h", wait until they are due.

Examples:
  $ typed-queue scheduled list orders
  $ typed-queue scheduled show orders 0b4e9c1a-4b0f-4f6e-9d3c-0c7b5a1c2d3e
  $ typed-queue scheduled cancel orders 0b4e9c1a-4b0f-4f6e-9d3c-0c7b5a1c2d3e
`;

const PAGE = 1_000;
const HEADINGS = ['DUE', 'EVENT', 'ID'];

type Exit = (code: ExitCode) => void;

interface ListOptions extends OperatorOptions {
  readonly limit: number;
}

/** The verbs of `typed-queue scheduled`. */
export const scheduledCommands = (machine: Machine, exit: Exit): readonly Command[] => [
  addServerOptions(
    new Command('list')
      .description('shows the messages of a queue that wait until they are due, the next one first')
      .argument('<queue>')
      .option('--limit <count>', 'the most that are shown', wholeNumber('Write a number: 100.'), 100),
  ).action(async (queue: string, options: ListOptions) =>
    exit(await operate(options, machine, (operation) => list(queue, options.limit, operation))),
  ),
  addServerOptions(
    new Command('show').description('shows one of them, with its payload').arguments('<queue> <id>'),
  ).action(async (queue: string, id: string, options: OperatorOptions) =>
    exit(await operate(options, machine, (operation) => show(queue, id, operation))),
  ),
  addServerOptions(
    new Command('cancel').description('removes one of them before it is due').arguments('<queue> <id>'),
  ).action(async (queue: string, id: string, options: OperatorOptions) =>
    exit(await operate(options, machine, (operation) => cancel(queue, id, operation))),
  ),
];

const list = async (
  queue: string,
  limit: number,
  { admin, printer, timeoutMs }: Operation,
): Promise<ExitCode> => {
  const rows: (readonly string[])[] = [];
  let after: Parameters<typeof admin.scheduled.list>[1];
  for (let left = limit; left > 0;) {
    const query = { ...after, limit: Math.min(left, PAGE) };
    const { messages, next } = await admin.scheduled.list(queue, query, { timeoutMs });
    for (const message of messages) {
      if (printer.isJson) printer.object(message);
      else rows.push([timeText(message.dueAt), message.event, message.id]);
    }
    left -= messages.length;
    if (next === null) break;
    after = { after: next };
  }
  if (!printer.isJson) await printer.table(HEADINGS, rows, 'nothing is scheduled');
  return EXIT.done;
};

const show = async (
  queue: string,
  id: string,
  { admin, printer, timeoutMs }: Operation,
): Promise<ExitCode> => {
  const report = await admin.scheduled.peek(queue, id, { timeoutMs });
  if (report === null) throw notWaiting(queue, id);
  printer.result(report, reportText(report));
  return EXIT.done;
};

const reportText = ({ id, event, dueAt, headers, payload }: ScheduledReport): string =>
  [
    `message     ${event} (${id})`,
    `due         ${timeText(dueAt)}`,
    ...Object.entries(headers).map(([name, value]) => `header      ${name}=${value}`),
    `payload     ${JSON.stringify(payload)}`,
  ]
    .map(printable)
    .join('\n');

const cancel = async (
  queue: string,
  id: string,
  { admin, printer, timeoutMs }: Operation,
): Promise<ExitCode> => {
  if (!(await admin.scheduled.cancel(queue, id, { timeoutMs }))) throw notWaiting(queue, id);
  printer.result({ queue, id, cancelled: true }, `cancelled: ${id} of ${queue}`);
  return EXIT.done;
};

const notWaiting = (queue: string, id: string): CommandError =>
  new CommandError(
    EXIT.notFound,
    `no message ${JSON.stringify(id)} of ${queue} waits: it was published or cancelled, or there never was one`,
  );

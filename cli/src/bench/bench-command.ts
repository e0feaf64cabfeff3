import { examplesOf } from '@typed-queue/contracts/compatibility';
import { QueueError } from '@typed-queue/contracts';
import { Command } from 'commander';
import { addYesOption, operate, type Operation, type OperatorOptions } from '../administration/operation.js';
import { withClient } from '../connection/client.js';
import { contractFor } from '../connection/served-contract.js';
import { readSettings } from '../connection/settings.js';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { bytesText, countOf, countText } from '../output/quantity.js';
import { addServerOptions } from '../server-options.js';
import { wholeNumber } from '../whole-number.js';
import { notEmpty } from '../not-empty.js';
import { BenchRun, type BenchResult } from './bench-run.js';
import type { Measured } from './latencies.js';

interface BenchOptions extends OperatorOptions {
  readonly messages: number;
  readonly rate?: number;
  readonly inFlight: number;
  readonly contract?: string;
}

interface BenchArguments {
  readonly queue: string;
  readonly event: string;
  readonly json: string | undefined;
  readonly options: BenchOptions;
}

const HELP = `
Publishes messages to the queue, and consumes and acknowledges them in a group of its own, which is deleted at the end. The
messages stay in the queue, and its other groups and tails get them: use a queue of a test. Without a payload it takes an
example of the event's schema. Latencies say most with --rate: at full speed they are the time in line.

Examples:
  $ typed-queue bench orders placed
  $ typed-queue bench orders placed '{"id":"o-1","total":42}' --rate 1000 --messages 10000 --yes

Exit codes: 0 measured  3 no such queue or event  4 refused  5 no server  64 wrong usage  65 invalid payload
            129, 130, 143 ended by a signal
`;

const messages = wholeNumber('Write a number of messages: 10000.');
const perSecond = wholeNumber('Write messages per second: 1000.');

/** `typed-queue bench`. */
export const benchCommand = (machine: Machine, exit: (code: ExitCode) => void): Command =>
  addServerOptions(
    addYesOption(
      new Command('bench')
        .description('measures how fast a server stores and delivers messages')
        .argument('<queue>')
        .argument('<event>')
        .argument('[json]', 'the payload of each message')
        .option('--messages <n>', 'how many', messages, 50_000)
        .option('--rate <n>', 'messages per second (default: as fast as they are stored)', perSecond)
        .option('--in-flight <n>', 'the most that wait for their receipts', messages, 4_096)
        .option(
          '--contract <module>',
          'check payloads by this contract before they are sent (CONTRACT)',
          notEmpty,
        ),
    ),
    HELP,
  ).action(async (queue: string, event: string, json: string | undefined, options: BenchOptions) =>
    exit(
      await operate(options, machine, (operation) =>
        bench({ queue, event, json, options }, operation, machine),
      ),
    ),
  );

const bench = async (
  { queue, event, json, options }: BenchArguments,
  operation: Operation,
  machine: Machine,
): Promise<ExitCode> => {
  const { messages, rate, inFlight } = options;
  const payload = json === undefined ? await exampleOf(queue, event, operation) : parsed(json);
  await operation.confirm(
    `Publish ${countOf(messages, 'message')} to ${queue}? Its other groups and tails get them, too.`,
  );
  const settings = await readSettings(options, machine);
  const contract = await contractFor(queue, settings, machine);
  const now = (): number => performance.now();
  const run = new BenchRun({ queue, event, payload, messages, rate, inFlight, now });
  const stop = machine.stop();
  try {
    const result = await withClient(
      settings,
      machine,
      (publisher) =>
        withClient(settings, machine, (consumer) => run.run(publisher, consumer, stop), { contract }),
      { contract },
    );
    // Safe: the reason is the exit code.
    if (result === undefined) return stop.reason as ExitCode;
    await print(result, { queue, event, messages, rate, payload }, operation);
    return EXIT.done;
  } finally {
    await removeGroup(queue, run.group, operation);
  }
};

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new CommandError(EXIT.data, `the payload is not JSON: ${String(error)}`);
  }
};

const exampleOf = async (queue: string, event: string, { admin, timeoutMs }: Operation): Promise<unknown> => {
  const { events } = await admin.describe(queue, { timeoutMs });
  const schema = Object.hasOwn(events, event) ? events[event] : undefined;
  if (schema === undefined)
    throw new CommandError(EXIT.notFound, `the queue "${queue}" has no event "${event}"`);
  const [example] = examplesOf(schema);
  if (example !== undefined) return example;
  throw new CommandError(EXIT.usage, `there is no example of "${event}": give a payload as JSON`);
};

/** It also goes by itself, a minute later. */
const removeGroup = async (
  queue: string,
  group: string,
  { admin, printer, timeoutMs }: Operation,
): Promise<void> => {
  try {
    await admin.delete(queue, group, { timeoutMs });
  } catch (error) {
    if (error instanceof QueueError && error.code === 'group_unknown') return;
    printer.note(`the group ${group} is deleted by the server in a minute`);
  }
};

interface Load {
  readonly queue: string;
  readonly event: string;
  readonly messages: number;
  readonly rate: number | undefined;
  readonly payload: unknown;
}

const print = async (
  { publish, consume }: BenchResult,
  { payload, rate, ...load }: Load,
  { printer }: Operation,
): Promise<void> => {
  const payloadBytes = Buffer.byteLength(JSON.stringify(payload));
  if (printer.isJson) {
    printer.object({ ...load, rate: rate ?? null, payloadBytes, publish, consume });
    return;
  }
  await printer.table(
    ['STEP', 'PER SECOND', 'P50', 'P99'],
    [row('publish', publish), row('consume, ack', consume)],
    '',
  );
  printer.note(`${countOf(load.messages, 'message')} of ${bytesText(payloadBytes)} each`);
};

const row = (step: string, { perSecond, p50Ms, p99Ms }: Measured): readonly string[] => [
  step,
  countText(perSecond),
  `${p50Ms} ms`,
  `${p99Ms} ms`,
];

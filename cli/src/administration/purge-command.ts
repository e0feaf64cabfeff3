import { Command } from 'commander';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { addServerOptions } from '../server-options.js';
import { wholeNumber } from '../whole-number.js';
import { addYesOption, operate, type Operation, type OperatorOptions } from './operation.js';

interface PurgeOptions extends OperatorOptions {
  readonly before?: number;
}

const HELP = `
Messages are removed in whole segments of the log, so that some below --before may stay. Groups and tails that had not
read them get a gap. Dead letters stay.

Examples:
  $ typed-queue purge orders --before 100000
  $ typed-queue purge orders --yes
`;

const seq = wholeNumber('Write a seq: 1000.');

/** `typed-queue purge`. */
export const purgeCommand = (machine: Machine, exit: (code: ExitCode) => void): Command =>
  addServerOptions(
    addYesOption(
      new Command('purge')
        .description('removes messages of a queue permanently: all, or those below a seq')
        .argument('<queue>')
        .option('--before <seq>', 'only messages below this one', seq),
    ),
    HELP,
  ).action(async (queue: string, options: PurgeOptions) =>
    exit(await operate(options, machine, (operation) => purge(queue, options.before, operation))),
  );

const purge = async (
  queue: string,
  before: number | undefined,
  { admin, printer, timeoutMs, confirm }: Operation,
): Promise<ExitCode> => {
  const which = before === undefined ? 'all messages' : `the messages below ${before}`;
  await confirm(`Remove ${which} of ${queue} permanently?`);
  const earlier = (await admin.queues({ timeoutMs })).find((each) => each.queue === queue)?.firstSeq;
  const { firstSeq } = await admin.purge(queue, { before, timeoutMs });
  const text =
    firstSeq === earlier
      ? `nothing removed: the log of ${queue} still begins at ${firstSeq}`
      : `purged: the log of ${queue} begins at ${firstSeq} now`;
  printer.result({ queue, firstSeq }, text);
  return EXIT.done;
};

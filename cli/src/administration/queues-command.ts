import type { QueueStatus } from '@typed-queue/contracts';
import { printable } from '@typed-queue/program';
import { Command } from 'commander';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { bytesText, countText } from '../output/quantity.js';
import { addServerOptions } from '../server-options.js';
import { operate, type OperatorOptions } from './operation.js';

const HEADINGS = ['QUEUE', 'MESSAGES', 'OLDEST', 'NEWEST', 'SIZE', 'GROUPS', 'TAILS', 'DEAD LETTERS'];

const figuresOf = ({ queue, firstSeq, lastSeq, bytes, groups, tails, deadLetters }: QueueStatus) => [
  queue,
  countText(lastSeq - firstSeq + 1),
  lastSeq < firstSeq ? '-' : String(firstSeq),
  lastSeq < firstSeq ? '-' : String(lastSeq),
  bytesText(bytes),
  String(groups),
  String(tails),
  countText(deadLetters.letters),
];

/** Of a queue that no server could be asked about, nothing is known. */
export const rowOf = (status: QueueStatus) =>
  status.unreachable === undefined
    ? figuresOf(status)
    : [status.queue, 'unreachable', ...HEADINGS.slice(2).map(() => '-')];

export const problemOf = ({ queue, unreachable }: QueueStatus): readonly string[] =>
  unreachable === undefined
    ? []
    : [printable(`${queue} is unreachable: ${unreachable.message} (${unreachable.code})`)];

/** `typed-queue queues`. */
export const queuesCommand = (machine: Machine, exit: (code: ExitCode) => void): Command =>
  addServerOptions(
    new Command('queues').description('lists the queues of the server: messages, size, groups, dead letters'),
  ).action(async (options: OperatorOptions) => {
    const run = operate(options, machine, async ({ admin, printer, timeoutMs }) => {
      const queues = await admin.queues({ timeoutMs });
      if (printer.isJson) for (const queue of queues) printer.object(queue);
      else {
        await printer.table(HEADINGS, queues.map(rowOf), 'no queue that you may see');
        for (const problem of queues.flatMap(problemOf)) printer.text(problem);
      }
      return EXIT.done;
    });
    exit(await run);
  });

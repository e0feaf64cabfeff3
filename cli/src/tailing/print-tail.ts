import type { AnyMessage, Gap, Reset, Start } from '@typed-queue/contracts';
import { field, printable } from '@typed-queue/program';
import type { TailItem } from '@typed-queue/queue-client';
import { match } from 'ts-pattern';
import type { Client } from '../connection/client.js';
import { CommandError, EXIT, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { orAborted } from '../or-aborted.js';
import type { Printer } from '../output/printer.js';
import { timeText } from '../output/time.js';

export interface TailFilter {
  readonly event?: readonly string[];
  /** Ordering keys. */
  readonly key?: readonly string[];
  readonly count?: number;
  readonly follow: boolean;
}

interface Tailing {
  readonly queue: string;
  readonly from: Start;
  readonly filter: TailFilter;
  readonly printer: Printer;
  /** Lines name their queue. Default: false. */
  readonly showsQueue?: boolean;
}

/** Prints a queue until the filter says that it is enough, the reader of the output is gone, or Ctrl-C. */
export const printTail = async (client: Client, tailing: Tailing, machine: Machine): Promise<ExitCode> => {
  const { queue, from, filter } = tailing;
  const stop = machine.stop();
  const { outputClosed } = machine;
  const end = AbortSignal.any([stop, outputClosed]);
  const tail = client.tail(queue, { from, events: filter.event });
  // Its loop ends as when all is read.
  end.addEventListener('abort', () => tail.close(), { once: true });
  if (!end.aborted) await printItems(tail.items(), tailing, machine, end);
  tail.close();
  return stop.aborted && !outputClosed.aborted ? Number(stop.reason) : EXIT.done;
};

const printItems = async (
  items: AsyncIterable<TailItem>,
  { queue, from, filter, printer, showsQueue = false }: Tailing,
  { stdout }: Machine,
  end: AbortSignal,
): Promise<void> => {
  let left = filter.count ?? Infinity;
  let isFirst = true;
  for await (const item of items) {
    if (isFirst) checkStart(item, queue, from);
    isFirst = false;
    if (item.kind === 'gap') printer.note(gapText(item.gap));
    else if (item.kind === 'live') {
      if (!filter.follow) return;
    } else {
      if (item.kind === 'invalid') printer.note(`warning: ${item.error.message}`);
      if (!isWanted(item.message, filter)) continue;
      if (printer.isJson) printer.object(item.message);
      else printer.text(`${showsQueue ? `${item.message.queue} ` : ''}${lineOf(item.message, printer)}`);
      if (--left === 0) return;
      const ready = stdout.ready?.();
      if (ready !== undefined) await orAborted(ready, end);
    }
  }
};

/**
 * A tail that has read nothing knows of no other log: with a reset its seq is one that the log does not have yet.
 * @throws CommandError
 */
const checkStart = (first: TailItem, queue: string, from: Start): void => {
  if (first.kind !== 'gap' || first.gap.reason !== 'reset' || typeof from !== 'object' || !('seq' in from))
    return;
  throw new CommandError(
    EXIT.notFound,
    `${queue} has no message ${from.seq} yet; "--from now" waits for the next one, "typed-queue queues" shows its newest`,
  );
};

const isWanted = ({ headers }: AnyMessage, { key }: TailFilter): boolean =>
  key === undefined || (headers.key !== undefined && key.includes(headers.key));

const lineOf = ({ time, seq, event, headers, payload }: AnyMessage, { colors }: Printer): string => {
  const key = headers.key === undefined ? '' : ` ${colors.magenta(`key=${field(headers.key)}`)}`;
  const text = printable(JSON.stringify(payload));
  return `${colors.dim(timeText(time))} ${colors.yellow(String(seq))} ${colors.cyan(event)}${key} ${text}`;
};

const gapText = (gap: Gap | Reset): string =>
  match(gap)
    .with(
      { reason: 'reset' },
      ({ from }) =>
        `warning: the server has another log than before (from ${from} on): reading its oldest message`,
    )
    .with(
      { reason: 'retention' },
      ({ from, to }) => `warning: messages ${from} to ${to} are missing: retention or a purge removed them`,
    )
    .with(
      { reason: 'damage' },
      ({ from, to }) =>
        `warning: messages ${from} to ${to} are missing: they are damaged on the disk of the server`,
    )
    .exhaustive();

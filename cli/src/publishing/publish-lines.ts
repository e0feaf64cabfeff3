import type { Client } from '../connection/client.js';
import { failureOf } from '../connection/failure.js';
import type { Settings } from '../connection/settings.js';
import { EXIT, type CommandError, type ExitCode } from '../exit-code.js';
import type { Machine } from '../machine.js';
import { countOf, countText } from '../output/quantity.js';
import { orAborted } from '../or-aborted.js';
import { MAX_TEXT_BYTES } from './input-text.js';
import { LinePublisher, type BadLine, type Progress } from './line-publisher.js';
import { readLines, type Line } from './line-reader.js';
import { publishOptionsOf } from './message-options.js';
import { ProgressLine } from './progress-line.js';
import type { Publishing } from './publishing.js';

/** Publishes a payload for each line of standard input. */
export const publishLines = async (
  client: Client,
  publishing: Publishing,
  machine: Machine,
): Promise<ExitCode> => {
  const { queue, event, options, printer } = publishing;
  const stop = machine.stop();
  const over = new AbortController();
  const progressLine = new ProgressLine({ ...machine, size: machine.stdin.size });
  let firstBad: BadLine | undefined;
  const publisher = new LinePublisher({
    publish: (payload) => client.publish(queue, event, payload, publishOptionsOf(payload, options)),
    onBad: (bad) => {
      // Others were sent with the first, before it was refused: the summary counts them.
      if (firstBad !== undefined && !options.keepGoing) return;
      firstBad ??= bad;
      progressLine.clear();
      printer.note(`line ${bad.line}: ${bad.message} (${bad.code})`);
      if (!options.keepGoing) over.abort();
    },
    onFailure: () => over.abort(),
    onProgress: () => progressLine.update(() => publisher.progress),
  });
  const lines = readLines(machine.stdin.chunks, MAX_TEXT_BYTES);
  const isOver = AbortSignal.any([stop, over.signal]);
  const unreadable = await publishAll(publisher, lines, isOver).then(() => undefined, failureOf);
  await settle(client, publisher, publishing, { stop, progressLine });
  return end(publisher, publishing, { firstBad, unreadable, stop });
};

interface Settling {
  readonly stop: AbortSignal;
  readonly progressLine: ProgressLine;
}

/** Resolves when every line is stored or refused; after Ctrl-C at the latest when the timeout is over. */
const settle = async (
  client: Client,
  publisher: LinePublisher,
  { printer, settings }: Publishing,
  { stop, progressLine }: Settling,
): Promise<void> => {
  await orAborted(publisher.empty(), stop);
  progressLine.clear();
  if (stop.aborted) {
    if (publisher.pending > 0) printer.note(waitingText(publisher, settings));
    // Waits for the receipts, then rejects what has none.
    await client.close({ timeoutMs: settings.timeoutMs });
  }
  await publisher.empty();
  progressLine.clear();
};

/** A second Ctrl-C ends the process, which then prints nothing more. */
const waitingText = ({ pending, progress }: LinePublisher, { timeoutMs }: Settings): string =>
  `${countText(progress.stored)} stored; waiting for the receipts of ${countText(pending)} more, at most ${timeoutMs / 1_000} s: Ctrl-C again does not wait`;

/** Why no more is read. */
interface Ending {
  readonly firstBad: BadLine | undefined;
  readonly unreadable: CommandError | undefined;
  readonly stop: AbortSignal;
}

const end = (
  { progress, failure }: LinePublisher,
  { queue, event, printer }: Publishing,
  { firstBad, unreadable, stop }: Ending,
): ExitCode => {
  const result = { queue, event, ...progress, firstBadLine: firstBad?.line ?? null };
  printer.result(result, summaryOf(queue, progress));
  if (stop.aborted) return Number(stop.reason);
  if (failure !== undefined) throw failureOf(failure);
  if (unreadable !== undefined) throw unreadable;
  return firstBad === undefined ? EXIT.done : EXIT.data;
};

const publishAll = async (
  publisher: LinePublisher,
  chunks: AsyncIterator<readonly Line[]>,
  over: AbortSignal,
): Promise<void> => {
  for (;;) {
    const next = await orAborted(chunks.next(), over);
    if (next === undefined || next.done === true) return;
    for (const line of next.value) {
      if (over.aborted) return;
      publisher.add(line);
      if (publisher.isFull) await orAborted(publisher.room(), over);
    }
  }
};

const summaryOf = (queue: string, { stored, duplicates, refused, unknown, unsent }: Progress): string =>
  [
    `${countOf(stored, 'message')} stored in ${queue}`,
    ...(duplicates > 0
      ? [`${countText(duplicates)} of them ${duplicates === 1 ? 'was' : 'were'} stored before`]
      : []),
    ...(refused > 0 ? [`${countText(refused)} refused`] : []),
    ...(unknown > 0 ? [`${countText(unknown)} sent, but not confirmed`] : []),
    ...(unsent > 0 ? [`${countText(unsent)} not sent`] : []),
  ].join(', ');

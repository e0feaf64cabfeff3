import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { AnyMessage, Contract } from '@typed-queue/contracts';
import type { HandlerContext, QueueClient, Subscription, Tail, TailItem } from '@typed-queue/queue-client';
import { match } from 'ts-pattern';
import type { Selected, Selection } from './filter.js';
import type { Layout } from './layouts/layout.js';
import type { Source } from './source.js';
import { gapText, type ReportStatus } from './status.js';

/** Resolves when the output took the line, so that a slow reader slows the printing down. */
export type Print = (line: string) => Promise<void>;

export interface PrintingDeps {
  readonly queue: Pick<QueueClient<Contract>, 'subscribe' | 'tail'>;
  /** What the server serves, as far as the logger knows. */
  readonly contract: Contract;
  readonly selection: Selection;
  readonly layout: Layout;
  readonly print: Print;
  readonly report: ReportStatus;
}

/** Prints to a stream. @throws what the stream failed with, such as `EPIPE` when its reader is gone. */
export const printTo =
  (stream: Writable): Print =>
  (line) =>
    new Promise((resolve, reject) => {
      stream.write(line, (error) => (error ? reject(error) : resolve()));
    });

/**
 * Prints the messages of a source, each queue in its order.
 * @returns what resolves when everything is printed that was asked for, and rejects when the server refuses permanently.
 */
export const printSource = (source: Source, deps: PrintingDeps): Promise<void> =>
  match(source)
    .with({ kind: 'group' }, (group) => printGroup(group, deps))
    .with({ kind: 'replay' }, (replay) => printReplay(replay, deps))
    .exhaustive();

type GroupSource = Extract<Source, { readonly kind: 'group' }>;
type ReplaySource = Extract<Source, { readonly kind: 'replay' }>;

/** As a member of a group: a message is acknowledged when the output took its line. Never resolves. */
const printGroup = (
  source: GroupSource,
  { queue, contract, selection, layout, print }: PrintingDeps,
): Promise<never> => {
  const handler = async (message: AnyMessage, { signal }: HandlerContext): Promise<void> => {
    const line = layout.message(message);
    // An output that fails is not the message's fault: it stays unsettled until the closing client returns it.
    await print(line).catch(() => rejectAborted(signal));
  };
  const subscribe = (selected: Selected): Subscription => {
    const expireAfterMs = expiryOf(source, selected, contract);
    const { queue: name, events } = selected;
    // One at a time keeps the order of the queue.
    return queue.subscribe(name, { group: source.group, concurrency: 1, expireAfterMs, events }, handler);
  };
  const subscriptions = selection.map(subscribe);
  return new Promise((_resolve, reject) => {
    for (const { ready } of subscriptions) ready.catch(reject);
  });
};

/**
 * A group that was away for longer than messages are kept expires: what is there when it comes back was published
 * since, so it neither prints anything twice nor misses more than retention removed.
 */
const expiryOf = ({ lasting }: GroupSource, { queue }: Selected, contract: Contract): number | undefined =>
  lasting === 'always' ? undefined : contract[queue]?.retention.maxAgeMs;

/** Rejects with the signal's reason when it aborts. */
const rejectAborted = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, 'abort');
  signal.throwIfAborted();
};

/** From a position of the log. Two queues are read side by side. Resolves when all is live, unless it follows. */
const printReplay = async ({ from, follow }: ReplaySource, deps: PrintingDeps): Promise<void> => {
  const read = async (tail: Tail): Promise<void> => {
    for await (const item of tail.items()) {
      await printItem(item, tail.queue, deps);
      if (item.kind === 'live' && !follow) return;
    }
  };
  const { queue, selection } = deps;
  const tails = selection.map(({ queue: name, events }) => queue.tail(name, { from, events }));
  await Promise.all(tails.map(read));
};

const printItem = async (
  item: TailItem,
  name: string,
  { layout, print, report }: PrintingDeps,
): Promise<void> =>
  match(item)
    .with({ kind: 'message' }, ({ message }) => print(layout.message(message)).catch(forever))
    .with({ kind: 'invalid' }, (invalid) => print(layout.invalid(invalid)).catch(forever))
    .with({ kind: 'gap' }, ({ gap }) => report(`${gapText(gap)} (queue ${name})`))
    .with({ kind: 'live' }, ({ next }) =>
      report(`live: all before message ${next} is printed (queue ${name})`),
    )
    .exhaustive();

/** Never resolves: an output that fails ends the logger, and until then nothing more is printed. */
const forever = (): Promise<never> => new Promise(() => undefined);

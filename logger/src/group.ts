import { once } from 'node:events';
import type { AnyMessage, Contract } from '@typed-queue/contracts';
import type { HandlerContext, QueueClient, Subscription } from '@typed-queue/queue-client';
import type { Selected, Selection } from './filter.js';
import type { Layout } from './layout.js';
import type { Print } from './printer.js';
import type { Source } from './source.js';

export interface GroupDeps {
  readonly queue: Pick<QueueClient<Contract>, 'subscribe'>;
  /** What the server serves, as far as the logger knows. */
  readonly contract: Contract;
  readonly selection: Selection;
  readonly layout: Layout;
  readonly print: Print;
}

type GroupSource = Extract<Source, { readonly kind: 'group' }>;

/** Rejects with the signal's reason when it aborts. */
const aborted = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, 'abort');
  signal.throwIfAborted();
};

/**
 * A group that was away for longer than messages are kept is forgotten: whatever is there when it comes back was
 * published since, so it neither prints anything twice nor misses more than retention took.
 */
const expiryOf = ({ lasting }: GroupSource, { queue }: Selected, contract: Contract): number | undefined =>
  lasting === 'always' ? undefined : contract[queue]?.retention.maxAgeMs;

/**
 * Prints as a member of a group. A message is acknowledged when its line was taken.
 * @returns what never resolves, and rejects when the server refuses a subscription for good.
 */
export const printGroup = (
  source: GroupSource,
  { queue, contract, selection, layout, print }: GroupDeps,
): Promise<never> => {
  const handler = async (message: AnyMessage, { signal }: HandlerContext): Promise<void> => {
    const line = layout.message(message);
    // An output that fails is no fault of the message: it is held until the closing client gives it back.
    await print(line).catch(() => aborted(signal));
  };
  const subscribe = (selected: Selected): Subscription => {
    // One at a time: lines stand in the order of their queue.
    const expireAfterMs = expiryOf(source, selected, contract);
    const { queue: name, events } = selected;
    return queue.subscribe(name, { group: source.group, concurrency: 1, expireAfterMs, events }, handler);
  };
  const subscriptions = selection.map(subscribe);
  return new Promise((_resolve, reject) => {
    for (const { ready } of subscriptions) ready.catch(reject);
  });
};

import type { Contract } from '@typed-queue/contracts';
import type { QueueClient, Tail, TailItem } from '@typed-queue/queue-client';
import { match } from 'ts-pattern';
import type { Selection } from './filter.js';
import type { Layout } from './layout.js';
import type { Print } from './printer.js';
import type { Source } from './source.js';
import type { Say } from './say.js';
import { gapText } from './status.js';

export interface ReplayDeps {
  readonly queue: Pick<QueueClient<Contract>, 'tail'>;
  readonly selection: Selection;
  readonly layout: Layout;
  readonly print: Print;
  readonly say: Say;
}

type ReplaySource = Extract<Source, { readonly kind: 'replay' }>;

/** Never: an output that fails ends the logger, and until then nothing more is printed. */
const forever = (): Promise<never> => new Promise(() => undefined);

const printItem = async (item: TailItem, name: string, { layout, print, say }: ReplayDeps): Promise<void> =>
  match(item)
    .with({ kind: 'message' }, ({ message }) => print(layout.message(message)).catch(forever))
    .with({ kind: 'invalid' }, (invalid) => print(layout.invalid(invalid)).catch(forever))
    .with({ kind: 'gap' }, ({ gap }) => say(`${gapText(gap)} (queue ${name})`))
    .with({ kind: 'live' }, ({ next }) => say(`live: all before message ${next} is printed (queue ${name})`))
    .exhaustive();

/**
 * Prints the log from a place on. Lines of one queue stand in its order; two queues are read side by side.
 * @returns what resolves when all is live, unless it follows, and rejects when the server refuses for good.
 */
export const printReplay = async ({ from, follow }: ReplaySource, deps: ReplayDeps): Promise<void> => {
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

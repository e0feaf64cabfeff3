import { QueueError, type QueueDefinition } from '@typed-queue/contracts';
import type { TailRequest } from '@typed-queue/contracts/wire';
import { checkWindow, type Window } from '../consuming/subscribe-options.js';
import { checkOptions, type KnownOptions } from '../option-check.js';
import type { TailOptions } from './tail.js';

/** What stays the same each time that the server is asked. The window is said: the client counts by it as well. */
export type TailWish = Omit<TailRequest<string>, 'from'> & { readonly window: Required<Window> };

const DEFAULT_WINDOW: Required<Window> = { messages: 1_000, bytes: 4 * 1024 * 1024 };

const KNOWN: KnownOptions<TailOptions<string>> = { from: true, events: true, window: true, signal: true };

/** @throws QueueError `request_invalid` */
export const checkTail = (options: TailOptions<string>): void => {
  checkOptions('tail', 'the second argument', options, KNOWN);
  if (options.window !== undefined) checkWindow('tail', options.window);
};

/** @throws QueueError `event_unknown` */
export const tailWish = (
  subscription: string,
  { name, events: known }: QueueDefinition,
  { events, window }: TailOptions<string>,
): TailWish => {
  const unknown = events?.find((event) => !Object.hasOwn(known, event));
  if (unknown !== undefined) {
    throw new QueueError('event_unknown', `The queue "${name}" has no event "${unknown}".`);
  }
  return {
    subscription,
    queue: name,
    form: 'frame',
    window: { ...DEFAULT_WINDOW, ...window },
    ...(events !== undefined && { events }),
  };
};

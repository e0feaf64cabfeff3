import { QueueError, type GroupSettings, type Start, type SubscribeRequest } from '@typed-queue/contracts';

/** How much may be unsettled at one member of a group. Defaults: the server's, 1,000 messages and 4 MiB. */
export interface Window {
  readonly messages?: number;
  readonly bytes?: number;
}

/**
 * `events`, `maxAttempts`, `retryDelaysMs` and `expireAfterMs` are settings of the group and kept with it: all its
 * members give the same. While others are there with different ones, the subscription waits (`group_conflict`, told as
 * an `error` event).
 */
export interface SubscribeOptions<E extends string = string> {
  /** The durable group whose members share the messages. */
  readonly group: string;
  /** Where the group begins when it is new. Default: `start`. */
  readonly start?: Start | undefined;
  /** How many handlers may run at once. Default: 1, so that messages are handled in their order. */
  readonly concurrency?: number;
  readonly window?: Window | undefined;
  /** Only these events; the group is done with all others at once. Default: all. */
  readonly events?: readonly E[] | undefined;
  /** After so many failures a message goes to the group's dead letters. Default: 6. */
  readonly maxAttempts?: number | undefined;
  /**
   * How long a message waits after its first, second … failure; the last repeats. Milliseconds. Default: 1 s, 5 s,
   * 30 s, 2 min, 10 min.
   */
  readonly retryDelaysMs?: readonly number[] | undefined;
  /**
   * The group is deleted when it had no member for so many milliseconds; the first minute after a start of the server or
   * after a connection was lost does not count. Default: never.
   */
  readonly expireAfterMs?: number | undefined;
}

const settingsOf = ({
  events,
  maxAttempts,
  retryDelaysMs,
  expireAfterMs,
}: SubscribeOptions): GroupSettings => ({
  ...(events !== undefined && { events }),
  ...(maxAttempts !== undefined && { maxAttempts }),
  ...(retryDelaysMs !== undefined && { retryDelaysMs }),
  ...(expireAfterMs !== undefined && { expireAfterMs }),
});

/** @throws QueueError `request_invalid` */
export const concurrencyOf = ({ concurrency = 1 }: SubscribeOptions): number => {
  if (Number.isInteger(concurrency) && concurrency >= 1) return concurrency;
  throw new QueueError('request_invalid', `"concurrency" is a whole number from 1 on, not ${concurrency}.`);
};

/** The server hands a member no more than so many messages at once. */
const MAX_TOLD_CONCURRENCY = 10_000;

/** What the server is asked for. What was left out is left to the server; settings that were are at their default. */
export const requestOf = (
  subscription: string,
  queue: string,
  options: SubscribeOptions,
): Omit<SubscribeRequest<string>, 'tokens' | 'known'> => ({
  subscription,
  queue,
  group: options.group,
  form: 'frame',
  settings: settingsOf(options),
  concurrency: Math.min(concurrencyOf(options), MAX_TOLD_CONCURRENCY),
  ...(options.start !== undefined && { start: options.start }),
  ...(options.window !== undefined && { window: options.window }),
});

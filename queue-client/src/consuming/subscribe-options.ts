import type { GroupSettings, Start } from '@typed-queue/contracts';
import { MAX_CONCURRENCY, MAX_TIMER_MS, type SubscribeRequest } from '@typed-queue/contracts/wire';
import { checkOptions, checkText, invalidArgument, type KnownOptions } from '../argument-check.js';
import { checkWindow, type Window } from '../window.js';

/**
 * `events`, `maxAttempts`, `retryDelaysMs`, `expireAfterMs` and `priorities` are settings of the group and kept with it:
 * all its members give the same. While members with different ones are present, the subscription waits, with an `error` event
 * `group_conflict`.
 *
 * Annotated without `E`, they name no events; `SubscribeOptions<'save'>` may.
 */
export interface SubscribeOptions<E extends string = never> {
  /** The durable group whose members share the messages. */
  readonly group: string;
  /** Where the group begins when it is new. Default: `start`. */
  readonly start?: Start | undefined;
  /** How many handlers may run at once. Default: 1, so that messages are handled in their order. */
  readonly concurrency?: number | undefined;
  readonly window?: Window | undefined;
  /**
   * Time limit of a handler, in milliseconds. When it is exceeded, `signal` aborts, the message counts one failure
   * (`handler_timeout`), and the next handler starts although this one may still run. Default: none; `handler:slow`
   * is emitted after a minute. Code that blocks the event loop cannot be interrupted.
   */
  readonly handlerTimeoutMs?: number | undefined;
  /** Only these events; the group skips all others. Default: all. */
  readonly events?: readonly E[] | undefined;
  /** The failures after which a message is dead-lettered. Default: 6. */
  readonly maxAttempts?: number | undefined;
  /**
   * How long a message waits after its first, second … failure; the last repeats. Milliseconds. Default: 1 s, 5 s,
   * 30 s, 2 min, 10 min.
   */
  readonly retryDelaysMs?: readonly number[] | undefined;
  /**
   * The group is deleted after this time without a member, in milliseconds; the first minute after a start of the
   * server or after a lost connection does not count. Default: never.
   */
  readonly expireAfterMs?: number | undefined;
  /**
   * Whether messages with a higher `headers.priority` are handed out first, of the first 10,000 that are not settled;
   * one of ten hand-outs is the oldest message that is ready, so that none starves. What a member already holds is not
   * overtaken: give a small `window`. Default: false.
   */
  readonly priorities?: boolean | undefined;
}

const KNOWN: KnownOptions<SubscribeOptions> = {
  group: true,
  start: true,
  concurrency: true,
  window: true,
  handlerTimeoutMs: true,
  events: true,
  maxAttempts: true,
  retryDelaysMs: true,
  expireAfterMs: true,
  priorities: true,
};

/**
 * Run-time check for callers in plain JavaScript; the server checks other values.
 * @throws QueueError `request_invalid`
 */
export const checkSubscribe = (options: SubscribeOptions<string>): void => {
  checkOptions('subscribe', 'the second argument', options, KNOWN);
  checkText('subscribe', '"group"', options.group);
  if (options.window !== undefined) checkWindow('subscribe', options.window);
  concurrencyOf(options);
  handlerTimeoutOf(options);
};

const settingsOf = ({
  events,
  maxAttempts,
  retryDelaysMs,
  expireAfterMs,
  priorities,
}: SubscribeOptions<string>): GroupSettings => ({
  ...(events !== undefined && { events }),
  ...(maxAttempts !== undefined && { maxAttempts }),
  ...(retryDelaysMs !== undefined && { retryDelaysMs }),
  ...(expireAfterMs !== undefined && { expireAfterMs }),
  ...(priorities !== undefined && { priorities }),
});

/** @throws QueueError `request_invalid` */
export const concurrencyOf = ({ concurrency = 1 }: SubscribeOptions<string>): number => {
  if (Number.isInteger(concurrency) && concurrency >= 1) return concurrency;
  throw invalidArgument('subscribe', `"concurrency" is a whole number from 1 on, not ${concurrency}.`);
};

/** @throws QueueError `request_invalid` */
export const handlerTimeoutOf = ({ handlerTimeoutMs: ms }: SubscribeOptions<string>): number | undefined => {
  if (ms === undefined || (ms > 0 && ms <= MAX_TIMER_MS)) return ms;
  const text = `"handlerTimeoutMs" is a number of milliseconds up to ${MAX_TIMER_MS}, not ${ms}.`;
  throw invalidArgument('subscribe', text);
};

/** Omitted options are left to the server; omitted settings are at their default. */
export const requestOf = (
  subscription: string,
  queue: string,
  options: SubscribeOptions<string>,
): Omit<SubscribeRequest<string>, 'tokens' | 'known'> => ({
  subscription,
  queue,
  group: options.group,
  form: 'frame',
  settings: settingsOf(options),
  concurrency: Math.min(concurrencyOf(options), MAX_CONCURRENCY),
  ...(options.start !== undefined && { start: options.start }),
  ...(options.window !== undefined && { window: options.window }),
});

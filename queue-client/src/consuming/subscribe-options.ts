import { QueueError, type Start, type SubscribeRequest } from '@typed-queue/contracts';

/** How much may be unsettled at one member of a group. Defaults: the server's, 1,000 messages and 4 MiB. */
export interface Window {
  readonly messages?: number;
  readonly bytes?: number;
}

export interface SubscribeOptions {
  /** The durable group whose members share the messages. */
  readonly group: string;
  /** Where the group begins when it is new. Default: `start`. */
  readonly start?: Start | undefined;
  /** How many handlers may run at once. Default: 1, so that messages are handled in their order. */
  readonly concurrency?: number;
  readonly window?: Window | undefined;
}

/** What the server is asked for. What was left out is left to the server. */
export const requestOf = (
  subscription: string,
  queue: string,
  { group, start, window }: SubscribeOptions,
): Omit<SubscribeRequest<string>, 'tokens'> => ({
  subscription,
  queue,
  group,
  form: 'frame',
  ...(start !== undefined && { start }),
  ...(window !== undefined && { window }),
});

/** @throws QueueError `request_invalid` */
export const concurrencyOf = ({ concurrency = 1 }: SubscribeOptions): number => {
  if (Number.isInteger(concurrency) && concurrency >= 1) return concurrency;
  throw new QueueError('request_invalid', `"concurrency" is a whole number from 1 on, not ${concurrency}.`);
};

import type { PublishedHeaders, Receipt, ScheduledReceipt } from '@typed-queue/contracts';

export interface PublishOptions {
  /**
   * A UUID. A message whose id the server knows, as one of the last 100,000 or of the last 5 minutes of its queue,
   * whichever is less, is not stored again. Default: a new one.
   */
  readonly id?: string | undefined;
  /**
   * In place of an id: any text of 1 to 255 bytes that names the message in its queue, `order-17-paid`. A message whose
   * key is known is not stored again, for as long as ids are known. The receipt's id is made of it.
   */
  readonly dedupeKey?: string | undefined;
  /** Texts for your own use, but for `key`, the ordering key, and `priority`, 0 to 9, for groups with `priorities`. */
  readonly headers?: PublishedHeaders | undefined;
  /**
   * Stores the message only if nothing came in between: when this is the last seq of its ordering key (`headers.key`),
   * or without a key that of the queue; 0: there is no message yet. Else it rejects with `seq_conflict`, and the details
   * have the `actualSeq`. What retention removed of a key does not count. Default: it is stored after whatever there is.
   */
  readonly expectedSeq?: number | undefined;
  /** Rejects with `aborted`, or with `outcome_unknown` when the message was sent already. */
  readonly signal?: AbortSignal | undefined;
}

/** A Date, or milliseconds since 1970. */
type Time = Date | number | undefined;

/** Options of a message that may be published later: a year ahead at most, and without `expectedSeq`. */
export interface ScheduleOptions<
  Delay extends number | undefined = number | undefined,
  At extends Time = Time,
> extends PublishOptions {
  /** Milliseconds from this call on, however long it waits for a connection. */
  readonly delayMs?: Delay;
  /** A Date, or milliseconds since 1970, by the clock of the server. One that is over: at once. */
  readonly deliverAt?: At;
}

/** What a publish answers: a `ScheduledReceipt` when its options have a time; both, where that depends on values. */
export type PublishReceipt<Delay, At> = [Delay, At] extends [undefined, undefined]
  ? Receipt
  : undefined extends Delay & At
    ? Receipt | ScheduledReceipt
    : ScheduledReceipt;

export interface BatchOptions {
  /** As of `publish`, before the first message; all have the same ordering key, or none has one. */
  readonly expectedSeq?: number | undefined;
  /** Rejects with `aborted`, or with `outcome_unknown` when the batch was sent already. */
  readonly signal?: AbortSignal | undefined;
}

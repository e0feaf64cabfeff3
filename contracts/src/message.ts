/**
 * Free text fields beside the payload, at most 16 KiB as JSON.
 * `key` is the ordering key: a group handles the messages of one key one after the other. `priority` is a digit: a group
 * with `priorities` hands out messages with higher ones first.
 */
export type Headers = Readonly<Record<string, string>>;

/** One published event, as a consumer sees it. */
export interface MessageOf<Queue extends string, Event extends string, Body> {
  /** Made by the publisher: a UUID, version 7 unless the publisher chose another. */
  readonly id: string;
  readonly queue: Queue;
  readonly event: Event;
  readonly payload: Body;
  readonly headers: Headers;
  /** Its position in the queue: 1, 2, 3 … */
  readonly seq: number;
  /** When the server stored it, in milliseconds since 1970. Never goes backwards within a queue. */
  readonly time: number;
}

/** A message of any queue and event. */
export type AnyMessage = MessageOf<string, string, unknown>;

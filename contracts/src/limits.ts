/** Limits that both sides know, in bytes of JSON text as UTF-8 unless said otherwise. */
export const MAX_PAYLOAD_BYTES = 1024 * 1024;
/** Nested objects and arrays: deeper ones overflow the stack of recursive readers. */
export const MAX_PAYLOAD_DEPTH = 100;
export const MAX_HEADERS_BYTES = 16 * 1024;
/** The bytes of a whole frame. */
export const MAX_FRAME_BYTES = 4 * 1024 * 1024;
/** Messages in one frame, and in one `publish` of the plain JSON form. */
export const MAX_FRAME_MESSAGES = 4096;
/** Frames of one queue that a client may have in flight; the server remembers as many per producer. */
export const MAX_FRAMES_IN_FLIGHT = 64;
/** The most messages in flight to a consumer, or unsettled there, unless it asks for another window. */
export const DEFAULT_WINDOW_MESSAGES = 1_000;
/** Failures after which a message is dead-lettered, unless the settings of its group say otherwise. */
export const DEFAULT_MAX_ATTEMPTS = 6;
/** Characters that the id of a durable call may have. */
export const MAX_CALL_ID = 255;
/** Characters that the reason of a failure may have in a request. */
export const MAX_REASON = 10_000;
/** How many of them are kept with the message. */
export const KEPT_REASON = 1_000;
/** How many of them our client sends: the failures of a full window fit into one request. */
export const SENT_REASON = 200;
/** The longest delay before a message is delivered again, in milliseconds: a year. */
export const MAX_RETRY_DELAY_MS = 365 * 24 * 60 * 60 * 1_000;
/** How far ahead a message may be scheduled, in milliseconds: a year. */
export const MAX_SCHEDULE_MS = 365 * 24 * 60 * 60 * 1_000;
/** The last time that a `Date` can have, in milliseconds since 1970. */
export const MAX_TIME_MS = 8.64e15;
/** How many schedules a server may have. */
export const MAX_SCHEDULES = 1_000;
/** Of the definitions of all schedules of a server. */
export const MAX_SCHEDULES_BYTES = 8 * 1024 * 1024;
/** Longer timers fire at once: about 24 days, in milliseconds. */
export const MAX_TIMER_MS = 2_147_483_647;
/** How many delays a back-off may list. */
export const MAX_RETRY_DELAYS = 20;
/** How many messages or calls of one subscription or responder may be handled at once. */
export const MAX_CONCURRENCY = 10_000;
/** Calls in one `calls`, replies in one `replies`. */
export const MAX_CALLS = 1_000;
/** How many items of a streaming call may be in flight to its caller, unless it asks for another window. */
export const DEFAULT_STREAM_WINDOW = 64;
/** The largest window of a streaming call, in items. */
export const MAX_STREAM_WINDOW = 10_000;
/** Characters of JSON that may come with a declared failure. */
export const MAX_FAILURE_DATA = 1_024;
/** How many groups a redrive may name whose letters were counted on pages before. */
export const MAX_COUNTED_GROUPS = 1_000;

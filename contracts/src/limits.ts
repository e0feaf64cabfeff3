/** Limits that both sides know, in bytes of JSON text as UTF-8 unless said otherwise. */
export const MAX_PAYLOAD_BYTES = 1024 * 1024;
/** Objects and arrays within each other: deeper ones overflow the stack of whoever follows them. */
export const MAX_PAYLOAD_DEPTH = 100;
export const MAX_HEADERS_BYTES = 16 * 1024;
/** The bytes of a whole frame. */
export const MAX_FRAME_BYTES = 4 * 1024 * 1024;
/** Messages in one frame, and in one `publish` of the plain JSON form. */
export const MAX_FRAME_MESSAGES = 4096;
/** Frames of one queue that a client may have sent without a receipt; the server remembers as many per producer. */
export const MAX_FRAMES_IN_FLIGHT = 64;
/** After so many failures a message goes to the dead letters of its group, unless its settings say otherwise. */
export const DEFAULT_MAX_ATTEMPTS = 6;

import { sha256 } from '@noble/hashes/sha2.js';
import { QueueError } from './errors.js';
import { uuidOfHash } from './frame/uuid.js';

/** Of a dedupe key, in UTF-8. */
const MAX_DEDUPE_KEY_BYTES = 255;

const LONE_SURROGATE = /\p{Surrogate}/u;
const encoder = new TextEncoder();

/**
 * The id of a message with a dedupe key: the same for the same queue and key. A UUID of version 8 (RFC 9562), from the
 * SHA-256 of the queue's name, a zero byte and the key.
 * @throws QueueError `message_invalid` when the key is not a text of 1 to 255 bytes
 */
export const dedupeId = (queue: string, key: unknown): string => {
  // UTF-8 encodes all lone surrogates alike: they would be the same key.
  const bytes = typeof key === 'string' && !LONE_SURROGATE.test(key) ? encoder.encode(key) : undefined;
  if (bytes === undefined || bytes.length === 0 || bytes.length > MAX_DEDUPE_KEY_BYTES) {
    throw new QueueError(
      'message_invalid',
      `The dedupe key of a message for "${queue}" is a text of 1 to ${MAX_DEDUPE_KEY_BYTES} bytes in UTF-8.`,
      { details: { queue, limit: MAX_DEDUPE_KEY_BYTES } },
    );
  }
  const hash = sha256
    .create()
    .update(encoder.encode(`${queue}\0`))
    .update(bytes)
    .digest();
  return uuidOfHash(hash);
};

import { newId } from '@typed-queue/contracts';
import { encodeFrame } from '@typed-queue/contracts/wire';

/** A payload of nearly 1 MiB, the most that a message may have. */
const payload = { path: 'x'.repeat(1_000_000), bytes: 1, sha256: 'a', durationMs: 1 };
const payloadText = JSON.stringify(payload);
const MESSAGES = 4;

/** A frame of nearly 4 MiB, the most that a frame may have; its messages are new. */
export const largeFrame = (): Buffer => {
  const drafts = Array.from({ length: MESSAGES }, () => ({
    id: newId(),
    event: 'save',
    payload: payloadText,
  }));
  return Buffer.from(encodeFrame(drafts).bytes);
};

/** A publish of the plain form that is as large. */
export const largePublish = (): string =>
  JSON.stringify(['publish', 'files', Array.from({ length: MESSAGES }, () => ({ event: 'save', payload }))]);

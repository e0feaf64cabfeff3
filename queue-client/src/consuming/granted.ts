import { frameAt, QueueError, readMessages, type AnyMessage } from '@typed-queue/contracts';

/**
 * The messages of a binary grant: frames back to back. Browsers hand over an ArrayBuffer, Node a Buffer.
 * @throws QueueError `frame_invalid`
 */
export const grantedMessages = (data: Uint8Array | ArrayBuffer, queue: string): readonly AnyMessage[] => {
  const bytes = ArrayBuffer.isView(data) ? data : new Uint8Array(data);
  const messages: AnyMessage[] = [];
  let at = 0;
  while (at < bytes.byteLength) {
    const found = frameAt(bytes, at);
    if (found.kind !== 'frame') {
      throw new QueueError('frame_invalid', `A grant of "${queue}" has no intact frame at byte ${at}.`, {
        details: { queue, at, found: found.kind },
      });
    }
    messages.push(...readMessages(found.frame, queue));
    at += found.frame.header.length;
  }
  return messages;
};

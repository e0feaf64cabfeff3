import { isText } from '#bytes';
import { QueueError } from '../errors.js';
import { MAX_FRAME_BYTES, MAX_FRAME_MESSAGES } from '../limits.js';
import { Frame, frameAt, type FrameAt } from './frame.js';
import { ENTRY, KIND, viewOf } from './layout.js';
import { UUID_BYTES } from './uuid.js';

const COMMA = 0x2c;

const refuse = (why: string): never => {
  throw new QueueError('frame_invalid', `The bytes are not a frame: ${why}.`, { details: { why } });
};

const reason = (found: Exclude<FrameAt, { kind: 'frame' }>): string => {
  switch (found.kind) {
    case 'cut':
      return 'they end too early';
    case 'foreign':
      return `their version is ${found.version}`;
    case 'invalid':
      return found.why;
    case 'damaged':
      return 'the checksum of its messages does not match';
  }
};

/**
 * Opens untrusted bytes as a frame of messages: checksums, table and texts are checked, so that no reader of the frame
 * leaves its bounds. That each text is JSON is not checked here.
 * @throws QueueError `frame_invalid`, `frame_too_large`
 */
export const openFrame = (bytes: Uint8Array): Frame => {
  if (bytes.byteLength > MAX_FRAME_BYTES) {
    throw new QueueError(
      'frame_too_large',
      `A frame may have ${MAX_FRAME_BYTES} bytes; this one has ${bytes.byteLength}.`,
      {
        details: { bytes: bytes.byteLength, limit: MAX_FRAME_BYTES },
      },
    );
  }
  const found = frameAt(bytes);
  if (found.kind !== 'frame') return refuse(reason(found));
  const { frame } = found;
  if (frame.header.length !== bytes.byteLength) return refuse('there are bytes after its end');
  checkTable(frame);
  return frame;
};

const checkTable = (frame: Frame): void => {
  const { bytes, count, header } = frame;
  const texts = frame.entryAt(count);
  if (header.kind !== KIND.messages) refuse('it does not carry messages');
  if (count === 0) refuse('it carries no message');
  if (Math.max(count, header.published) > MAX_FRAME_MESSAGES) refuse('it carries too many messages');
  if (header.published < count) refuse('it carries more messages than were published');
  if (texts >= bytes.byteLength) refuse('its table does not fit into it');
  // Every text begins and ends beside a comma, so what is UTF-8 as a whole is UTF-8 in each text.
  if (!isText(bytes, texts, bytes.byteLength)) refuse('its texts are not UTF-8');
  checkEntries(frame, texts);
};

const checkEntries = (frame: Frame, texts: number): void => {
  const { bytes, count, header } = frame;
  const view = viewOf(bytes);
  let start = texts;
  let nextIndex = 0;
  for (let message = 0; message < count; message++) {
    const at = frame.entryAt(message);
    const end = texts + view.getUint32(at + ENTRY.end, true);
    const headersLength = view.getUint16(at + ENTRY.headersLength, true);
    const payload = headersLength === 0 ? start : start + headersLength + 1;
    const index = view.getUint16(at + ENTRY.index, true);
    if (end <= payload || end > bytes.byteLength) refuse(`message ${message} ends in a wrong place`);
    if (headersLength > 0 && bytes[payload - 1] !== COMMA)
      refuse(`message ${message} has no comma after its headers`);
    if (end < bytes.byteLength && bytes[end] !== COMMA) refuse(`message ${message} has no comma after it`);
    // Read with the three bytes after it: zeros, since only a server writes priorities.
    if (view.getUint32(at + ENTRY.event, true) >= header.events.length)
      refuse(`message ${message} has no event`);
    if (index < nextIndex || index >= header.published) refuse(`message ${message} has a wrong index`);
    nextIndex = index + 1;
    start = end + 1;
  }
  if (start !== bytes.byteLength + 1) refuse('there are texts after its last message');
};

/** Whether the id of a message is not zeros. */
export const hasId = (frame: Frame, index: number): boolean => {
  const start = frame.entryAt(index) + ENTRY.id;
  for (let at = start; at < start + UUID_BYTES; at++) if (frame.bytes[at] !== 0) return true;
  return false;
};

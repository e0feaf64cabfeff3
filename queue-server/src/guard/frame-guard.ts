import { QueueError, type Headers } from '@typed-queue/contracts';
import {
  checkInBatch,
  hasId,
  keyHash,
  openFrame,
  pickFrame,
  prioritised,
  checkPriority,
  type Frame,
  type FrameReceipt,
} from '@typed-queue/contracts/wire';
import { checkFrameSize, checkHeaders, checkSize, refusalOf, type MessageSizes } from './message-guard.js';
import { checkPayload } from './payload-guard.js';
import type { PublishableEvents } from './publishable-events.js';

/** What of a frame may be stored. */
export interface GuardedFrame {
  /** Without the refused messages; undefined when all are refused. */
  readonly frame: Frame | undefined;
  readonly refused: FrameReceipt['refused'];
}

const NO_HEADERS: Headers = Object.freeze({});

const parse = (text: string, failure: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new QueueError('message_invalid', failure, { cause });
  }
};

/** Returns its priority. */
const checkMessage = (
  events: PublishableEvents,
  frame: Frame,
  index: number,
  sizes: MessageSizes,
): number => {
  const rule = events.ruleOf(frame.event(index));
  const [start, end] = [frame.payloadStart(index), frame.textEnd(index)];
  checkSize(end - start, frame.headersLength(index), sizes);
  if (!hasId(frame, index))
    throw new QueueError('message_invalid', 'The id of a message is a UUID, and not zeros.');
  if (rule.scan?.(frame.bytes, start, end) !== true) {
    checkPayload(parse(frame.payloadText(index), 'The payload of a message is not JSON.'), rule);
  }
  const headersText = frame.headersText(index);
  const { key, priority } =
    headersText === undefined
      ? NO_HEADERS
      : checkHeaders(parse(headersText, 'The headers of a message are not JSON.'));
  if (frame.keyHash(index) !== (key === undefined ? 0 : keyHash(key))) {
    throw new QueueError(
      'message_invalid',
      'The hash of the ordering key does not belong to the key in the headers.',
    );
  }
  return checkPriority(priority);
};

const opened = (input: unknown): Frame => {
  if (!(input instanceof Uint8Array)) {
    throw new QueueError('request_invalid', 'A frame is sent as bytes: a Buffer, Uint8Array or ArrayBuffer.');
  }
  checkFrameSize(input.byteLength);
  return openFrame(input);
};

/**
 * Checks a frame from outside, each of its messages by itself: one that is refused does not affect the others.
 * `events`: those that its client may publish.
 * @throws QueueError `request_invalid`, `frame_invalid`, `frame_too_large`
 */
export const guardFrame = (events: PublishableEvents, input: unknown, sizes: MessageSizes): GuardedFrame => {
  const frame = opened(input);
  const accepted: number[] = [];
  const refused: FrameReceipt['refused'][number][] = [];
  const priorities = new Map<number, number>();
  for (let index = 0; index < frame.count; index++) {
    try {
      const priority = checkMessage(events, frame, index, sizes);
      if (priority > 0) priorities.set(index, priority);
      accepted.push(index);
    } catch (error) {
      if (!(error instanceof QueueError)) throw error;
      refused.push({ index: frame.publishedIndex(index), error: refusalOf(error, refused.length) });
    }
  }
  frame.releaseTexts();
  const checked = withPriorities(frame, priorities);
  if (refused.length === 0) return { frame: checked, refused };
  return { frame: accepted.length === 0 ? undefined : pickFrame(checked, accepted), refused };
};

const withPriorities = (frame: Frame, priorities: ReadonlyMap<number, number>): Frame =>
  priorities.size === 0 ? frame : prioritised(frame, priorities);

/**
 * Checks a frame from outside that is a batch: one message that is refused refuses all.
 * @throws QueueError as `guardFrame`, and for the first wrong message
 */
export const guardBatchFrame = (events: PublishableEvents, input: unknown, sizes: MessageSizes): Frame => {
  const frame = opened(input);
  const priorities = new Map<number, number>();
  for (let index = 0; index < frame.count; index++) {
    const priority = checkInBatch(frame.publishedIndex(index), frame.event(index), () =>
      checkMessage(events, frame, index, sizes),
    );
    if (priority > 0) priorities.set(index, priority);
  }
  return withPriorities(frame, priorities);
};

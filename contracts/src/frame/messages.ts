import type { AnyMessage, Headers } from '../message.js';
import type { Frame } from './frame.js';

const NO_HEADERS: Headers = Object.freeze({});

/**
 * The messages of a stored frame, or those from one index to before another. Parses all their texts at once, since the
 * server validated each of them.
 */
export const readMessages = (frame: Frame, queue: string, from = 0, to = frame.count): AnyMessage[] => {
  // Safe: the texts are JSON values joined by commas, checked by the guard before they were stored.
  const values = JSON.parse(`[${frame.textsOf(from, to)}]`) as unknown[];
  const { firstSeq, time } = frame.header;
  const messages: AnyMessage[] = [];
  let next = 0;
  for (let index = from; index < to; index++) {
    // Safe: the guard admits as headers only objects whose values are strings.
    const headers = frame.headersLength(index) === 0 ? NO_HEADERS : (values[next++] as Headers);
    messages.push({
      id: frame.id(index),
      queue,
      event: frame.event(index),
      payload: values[next++],
      headers,
      seq: firstSeq + index,
      time,
    });
  }
  return messages;
};

/**
 * The JSON text of messages of a stored frame as consumers see them, joined by commas: assembled from the publisher's
 * texts without parsing them.
 */
export const messagesText = (frame: Frame, queue: string, from = 0, to = frame.count): string => {
  const { firstSeq, time } = frame.header;
  const texts: string[] = [];
  for (let index = from; index < to; index++) {
    const headers = frame.headersText(index) ?? '{}';
    const head = `{"id":"${frame.id(index)}","queue":"${queue}","event":"${frame.event(index)}"`;
    texts.push(
      `${head},"payload":${frame.payloadText(index)},"headers":${headers},"seq":${firstSeq + index},"time":${time}}`,
    );
  }
  const text = texts.join();
  frame.releaseTexts();
  return text;
};

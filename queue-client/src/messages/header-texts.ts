import type { Headers, PublishedHeaders } from '@typed-queue/contracts';
import { checkPriority } from '@typed-queue/contracts/wire';

/** Header values are texts on the wire, and in what consumers see. @throws QueueError `message_invalid` */
export const headerTexts = (headers: PublishedHeaders): Headers => {
  // Safe: the type permits a number for the priority alone; the server checks what plain JavaScript passes.
  const texts = headers as Headers;
  if (!Object.hasOwn(headers, 'priority')) return texts;
  return { ...texts, priority: String(checkPriority(headers.priority)) };
};

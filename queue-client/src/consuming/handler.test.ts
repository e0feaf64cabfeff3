import { describe, expect, it } from '@jest/globals';
import type { AnyMessage } from '@typed-queue/contracts';
import { failOf } from '../failures/declared-failure.js';
import { anyHandler, MessageContext, type HandlerContext } from './handler.js';

const context: HandlerContext = new MessageContext(1, () => undefined, failOf({}));
const message = (event: string): AnyMessage => ({
  id: 'i',
  queue: 'files',
  event,
  payload: 1,
  headers: {},
  seq: 1,
  time: 1,
});

describe('anyHandler', () => {
  it('hands each message to the handler of its event', () => {
    const seen: unknown[] = [];
    const handle = anyHandler({
      save: (...given: unknown[]) => {
        seen.push(given);
      },
    });
    handle(message('save'), context);
    expect(seen).toEqual([[message('save'), context]]);
  });

  it.each(['udpate', 'toString', 'constructor'])('refuses the event %s that a map does not have', (event) => {
    const handle = anyHandler({ save: () => undefined });
    expect(() => handle(message(event), context)).toThrow(expect.objectContaining({ code: 'event_unknown' }));
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { entryOf } from './entry.fixture.js';
import { Handover } from './handover.js';

const entry = (document: string, fields = {}) => entryOf({ document, ...fields });

let handover: Handover;

beforeEach(() => {
  handover = new Handover();
});

describe('the handover', () => {
  it('sends its first taker to the outbox: entries may be there from before', () => {
    handover.add([entry('a')]);
    expect(handover.take()).toBeUndefined();
  });

  it('hands over what was added since the last call, in this order', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((document) => entry(document));
    handover.take();
    handover.add([a, b].flatMap((one) => one ?? []));
    handover.add([c].flatMap((one) => one ?? []));
    expect(handover.take()).toEqual([a, b, c]);
    expect(handover.take()).toEqual([]);
  });

  it('sends its taker to the outbox once after it was told to forget', () => {
    handover.take();
    handover.add([entry('a')]);
    handover.forget();
    handover.add([entry('b')]);
    expect(handover.take()).toBeUndefined();
    expect(handover.take()).toEqual([]);
  });

  it('sends its taker to the outbox when nobody took too many entries', () => {
    handover.take();
    handover.add(Array.from({ length: 501 }, (_, n) => entry(String(n))));
    handover.add([entry('a')]);
    expect(handover.take()).toBeUndefined();
  });

  it('sends its taker to the outbox when nobody took too large entries', () => {
    handover.take();
    for (let n = 0; n < 17; n++) handover.add([entry('a', { payload: 'x'.repeat(1024 * 1024) })]);
    expect(handover.take()).toBeUndefined();
  });
});

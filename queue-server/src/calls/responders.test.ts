import { describe, expect, it } from '@jest/globals';
import { Responders, type Responder } from './responders.js';

const responder = (id: string, concurrency = 1, calls = ['reserve']): Responder => ({
  id,
  client: id,
  isReady: () => true,
  calls: new Set(calls),
  concurrency,
});

const open = (...all: readonly Responder[]) => {
  const responders = new Responders<Responder>();
  for (const each of all) responders.add(each);
  const take = (call = 'reserve') => responders.take(call)?.id;
  return { responders, take };
};

describe('a call goes', () => {
  it('to the responder with the largest free part of its places', () => {
    const { take } = open(responder('small', 2), responder('large', 4));
    const taken = Array.from({ length: 6 }, () => take());
    expect(taken.filter((id) => id === 'large')).toHaveLength(4);
    expect(taken.slice(0, 3).sort()).toEqual(['large', 'large', 'small']);
  });

  it('to each of equally loaded ones in turn', () => {
    const { responders, take } = open(responder('a'), responder('b'));
    const taken: (string | undefined)[] = [];
    for (let n = 0; n < 4; n++) {
      const id = take();
      taken.push(id);
      if (id !== undefined) responders.free(id);
    }
    expect(taken).toEqual(['a', 'b', 'a', 'b']);
  });

  it('to nobody while all are busy, and to who is free again', () => {
    const { responders, take } = open(responder('a'), responder('b'));
    expect([take(), take(), take()]).toEqual(['a', 'b', undefined]);
    responders.free('b');
    expect(take()).toBe('b');
  });

  it('only to who answers it', () => {
    const { responders, take } = open(responder('a', 1, ['count']));
    expect(take()).toBeUndefined();
    expect([responders.answers('reserve'), responders.answers('count')]).toEqual([false, true]);
  });
});

describe('a responder', () => {
  it('that leaves gets nothing more', () => {
    const { responders, take } = open(responder('a', 2));
    take();
    responders.leave('a');
    expect(take()).toBeUndefined();
    expect(responders.answers('reserve')).toBe(false);
  });

  it('has left when it has answered its calls', () => {
    const { responders, take } = open(responder('a', 2));
    take();
    responders.leave('a');
    expect(responders.isLeft('a')).toBe(false);
    responders.free('a');
    expect(responders.isLeft('a')).toBe(true);
  });

  it('that is gone is not there', () => {
    const { responders, take } = open(responder('a'));
    responders.remove('a');
    responders.free('a');
    expect(take()).toBeUndefined();
    expect(responders.serving('reserve')).toEqual([]);
  });

  it('whose connection takes no more is passed over', () => {
    const { take } = open({ ...responder('a', 9), isReady: () => false }, responder('b', 2));
    expect([take(), take(), take()]).toEqual(['b', 'b', undefined]);
  });
});

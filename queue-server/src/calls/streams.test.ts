import { describe, expect, it } from '@jest/globals';
import { codes, failure, open } from './calls.fixture.js';
import { textOf } from './json.fixture.js';

describe('a stream', () => {
  const item = (output: number) => ({ kind: 'item', output: textOf(output) }) as const;

  it('has its items, and then its end', () => {
    const { make, serve, items, results } = open();
    const { invocations } = serve('a');
    make({ window: 2 });
    invocations[0]?.reply(item(1));
    invocations[0]?.reply(item(2));
    invocations[0]?.reply({ kind: 'end' });
    expect(items).toEqual(['1', '2']);
    expect(results).toEqual([{ kind: 'end' }]);
  });

  it('has no deadline after its first item', () => {
    const { make, serve, results, time } = open();
    const { invocations } = serve('a');
    make({ window: 2, timeoutMs: 100 });
    invocations[0]?.reply(item(1));
    time.pass(1_000);
    expect(results).toEqual([]);
  });

  it('that sends more than its window ends, and its responder is notified', () => {
    const { make, serve, items, results } = open();
    const { invocations, ended } = serve('a');
    make({ window: 1 });
    invocations[0]?.reply(item(1));
    invocations[0]?.reply(item(2));
    expect(items).toEqual(['1']);
    expect(codes(results)).toEqual(['answer_invalid']);
    expect(ended).toEqual([0]);
  });

  it('asks its responder for more items', () => {
    const { make, serve, items } = open();
    const { invocations, more } = serve('a');
    const made = make({ window: 1 });
    invocations[0]?.reply(item(1));
    expect(made.more(5)).toBe(true);
    invocations[0]?.reply(item(2));
    expect(items).toEqual(['1', '2']);
    expect(more).toEqual([5]);
  });

  it('takes no more than 10,000 items ahead', () => {
    const { make, serve } = open();
    serve('a');
    const made = make({ window: 9_999 });
    expect([made.more(1), made.more(1)]).toEqual([true, false]);
  });

  it('is not tried again once it had an item', () => {
    const { make, serve, results } = open();
    const { invocations } = serve('a');
    make({ window: 2, retryDelayMs: () => 10 });
    invocations[0]?.reply(item(1));
    invocations[0]?.reply(failure);
    expect(results).toEqual([failure]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import type { AnyMessage } from '@typed-queue/contracts';
import { handlerScope as anywhere } from './handler-scope.js';
import { handlerScope as inNode, type HandlerScope } from './handler-scope.node.js';
import { failOf } from '../failures/declared-failure.js';
import { MessageContext, type AnyHandler, type HandlerContext } from './handler.js';

const message: AnyMessage = {
  id: 'i',
  queue: 'files',
  event: 'save',
  payload: 1,
  headers: {},
  seq: 1,
  time: 1,
};
const context: HandlerContext = new MessageContext(1, () => undefined, failOf({}));
const one = {};
const other = {};

const run = (scope: HandlerScope, handle: AnyHandler): unknown => scope.run(one, handle, message, context);

describe.each([
  ['Node', inNode],
  ['other platforms', anywhere],
])('a handler in %s', (_, scope) => {
  it('gets its message and context, and what it returns or throws comes back', () => {
    expect(run(scope, (...given) => given)).toEqual([message, context]);
    expect(() =>
      run(scope, () => {
        throw new Error('odd');
      }),
    ).toThrow('odd');
  });

  it('is known as a caller, also after it has waited', async () => {
    const asked = run(scope, async () => {
      const atOnce = scope.inside(one);
      await setTimeout(1);
      return [atOnce, scope.inside(one)];
    });
    expect(await asked).toEqual([true, true]);
  });
});

describe('a caller that is no handler of the owner', () => {
  it('is known in Node', async () => {
    const asked = run(inNode, () => setTimeout(1));
    expect(inNode.inside(one)).toBe(false);
    expect(run(inNode, () => inNode.inside(other))).toBe(false);
    await asked;
    expect(inNode.inside(one)).toBe(false);
  });

  it('may be one elsewhere', () => {
    expect(anywhere.inside(one)).toBe(true);
  });
});

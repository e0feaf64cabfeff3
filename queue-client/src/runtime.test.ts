import { describe, expect, it } from '@jest/globals';
import { MessageChannel } from 'node:worker_threads';
import { chooseDefer } from './runtime.js';

const order = async (defer: (run: () => void) => void): Promise<string[]> => {
  const seen: string[] = [];
  const done = new Promise<void>((resolve) => {
    defer(() => seen.push('first'));
    defer(() => {
      seen.push('second');
      resolve();
    });
  });
  seen.push('this turn');
  await done;
  return seen;
};

const late = ['this turn', 'first', 'second'];

describe('chooseDefer', () => {
  it('uses setImmediate where there is one', async () => {
    const used: unknown[] = [];
    const defer = chooseDefer({ setTimeout, setImmediate: (run) => used.push(setImmediate(run)) });
    expect(await order(defer)).toEqual(late);
    expect(used).toHaveLength(2);
  });

  it('uses a MessageChannel in browsers, without a timer', async () => {
    const { port1, port2 } = new MessageChannel();
    class Channel {
      readonly port1 = { set onmessage(listener: () => void) { port1.on('message', listener); } }; // prettier-ignore
      readonly port2 = port2;
    }
    expect(await order(chooseDefer({ setTimeout, MessageChannel: Channel }))).toEqual(late);
    port1.close();
  });

  it('makes do with a timer', async () => {
    expect(await order(chooseDefer({ setTimeout }))).toEqual(late);
  });
});

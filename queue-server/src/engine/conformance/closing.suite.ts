import { expect } from '@jest/globals';
import type { Guarantee } from './guarantee.fixture.js';
import { frameOf } from '../frames.fixture.js';
import { LEASE_MS, QUEUE } from './trial.fixture.js';

const closed = { code: 'closed' };

export const closing = (guarantee: Guarantee): void => {
  guarantee('answers what was appended before it closed', async (trial) => {
    const appending = [trial.append([1]), trial.append([2])];
    await trial.restart();
    expect(await Promise.all(appending)).toMatchObject([{ firstSeq: 1 }, { firstSeq: 2 }]);
  });

  guarantee('rejects everything once it is closed', async (trial) => {
    const { engine } = trial;
    await trial.append([1]);
    const group = await trial.group();
    const { token } = await group.mustClaim('a');
    await trial.restart();
    const opened = engine.group(QUEUE, 'g');
    const member = 'a';
    const claim = opened.claim({ member, maxMessages: 1, maxBytes: 1 });
    const calls = [
      engine.queue(QUEUE).append(frameOf([2])),
      engine.queue(QUEUE).read(1, 1),
      engine.group(QUEUE, 'g').open({ start: 'start' }),
      engine.group(QUEUE, 'new').open({ start: 'start' }),
      claim,
      opened.settle({ member, token, outcome: { kind: 'ack' } }),
      engine.group(QUEUE, 'g').leave('a'),
    ];
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({ status: 'rejected', reason: closed });
    }
    expect(() => engine.queue(QUEUE).head()).toThrow(expect.objectContaining(closed));
    expect(() => engine.group(QUEUE, 'g').resume('a', [token])).toThrow(expect.objectContaining(closed));
    expect(() => engine.group(QUEUE, 'g').abandon('a')).toThrow(expect.objectContaining(closed));
  });

  guarantee('delivers nothing to a claim that it closes before, and runs no timers', async (trial) => {
    await trial.append([1, 2]);
    const group = await trial.group();
    await group.mustClaim('a', { maxMessages: 1 });
    const claim = group.claim('b').catch((error: unknown) => error);
    await trial.restart();
    expect([undefined, expect.objectContaining(closed)]).toContainEqual(await claim);
    expect(trial.time.running).toBe(0);
    trial.time.pass(LEASE_MS);
    expect(trial.reported).toEqual(['committed files 2']);
  });
};

import { beforeEach, describe, expect, it } from '@jest/globals';
import { encodeFrame } from '@typed-queue/contracts/wire';
import { draftOf } from '../engine/frames.fixture.js';
import { Dispatching, GROUP } from './dispatching.fixture.js';
import { GatedEngine, QUEUE } from './gated-engine.fixture.js';
import { eventLoopIdle } from './recorder.fixture.js';

let engine: GatedEngine;
let group: Dispatching;
/** Of the last claim. */
let token: number;
/** Says whether the leases that are being stored may leave. */
let stored: (mayLeave: boolean) => void;

beforeEach(async () => {
  engine = new GatedEngine();
  group = await Dispatching.on(engine);
  engine.onClaimed = (claimed) => {
    if (typeof claimed !== 'string') ({ token } = claimed);
  };
  engine.mayLeave = new Promise((resolve) => (stored = resolve));
});

describe('a grant whose lease has to be stored', () => {
  it('leaves when the lease is stored, and takes room before', async () => {
    engine.publish(5);
    const a = group.join('a', { messages: 3 });
    await group.pumped();
    expect(a.grants).toEqual([]);
    expect(group.dispatcher.unsettled).toBe(3);
    stored(true);
    await eventLoopIdle();
    expect(a.seqs()).toEqual([[1, 2, 3]]);
  });

  it('leaves before one that was claimed later, which may leave at once', async () => {
    engine.publish(2);
    const a = group.join('a', { messages: 1 });
    await group.pumped();
    engine.mayLeave = undefined;
    a.member.free(token, 1);
    await group.pumped();
    expect(a.grants).toEqual([]);
    stored(true);
    await eventLoopIdle();
    expect(a.seqs()).toEqual([[1], [2]]);
  });

  it('leaves before what takes messages of it back', async () => {
    engine.publish(1);
    const a = group.join('a', { messages: 1 });
    await group.pumped();
    group.dispatcher.returned({ member: 'a', token, ranges: [[1, 1]] });
    expect(a.revoked).toEqual([]);
    stored(true);
    await eventLoopIdle();
    expect(a.seqs()).toEqual([[1]]);
    expect(a.revoked).toEqual([{ token, ranges: [[1, 1]] }]);
  });

  it('is given back where it could not be stored, and claimed again a while later', async () => {
    engine.publish(2);
    const a = group.join('a', { messages: 10 });
    await group.pumped();
    stored(false);
    await eventLoopIdle();
    expect(a.grants).toEqual([]);
    expect(group.dispatcher.unsettled).toBe(0);
    expect(engine.group(QUEUE, GROUP).message(1)).toMatchObject({ kind: 'ready', attempt: 1 });
    expect(engine.claims).toHaveLength(2);
    engine.mayLeave = undefined;
    for (const run of group.later.splice(0)) run();
    await eventLoopIdle();
    expect(a.seqs()).toEqual([[1, 2]]);
  });

  it('is given back where one before it could not be stored, since it may have later messages of its keys', async () => {
    const keyed = { ...draftOf(1), key: 'k' };
    engine.store(encodeFrame([keyed]));
    const a = group.join('a', { messages: 2 });
    await group.pumped();
    const keepFirst = stored;
    engine.mayLeave = new Promise((resolve) => (stored = resolve));
    engine.store(encodeFrame([{ ...keyed, ...draftOf(2) }]));
    await group.pumped();
    expect(engine.claims.length).toBeGreaterThan(1);
    stored(true);
    keepFirst(false);
    await eventLoopIdle();
    expect(a.grants).toEqual([]);
    engine.mayLeave = undefined;
    for (const run of group.later.splice(0)) run();
    await eventLoopIdle();
    expect(a.seqs().flat()).toEqual([1, 2]);
  });

  it('is given back where its member lost its connection meanwhile', async () => {
    engine.publish(1);
    const a = group.join('a', { messages: 1 });
    await group.pumped();
    group.dispatcher.connectionLost(a.member);
    stored(true);
    await eventLoopIdle();
    expect(a.grants).toEqual([]);
    expect(engine.group(QUEUE, GROUP).message(1)).toMatchObject({ kind: 'ready', attempt: 1 });
  });
});

describe('a member that comes with leases of another server', () => {
  it('is granted only what it has room for beside them', async () => {
    engine.publish(5);
    engine.mayLeave = undefined;
    await engine.group(QUEUE, GROUP).claim({ member: 'a', maxMessages: 2, maxBytes: 1_000 });
    const a = group.join('a', { messages: 3, tokens: [token] });
    await group.pumped();
    expect(a.seqs()).toEqual([[3]]);
    expect(group.dispatcher.unsettled).toBe(3);
  });
});

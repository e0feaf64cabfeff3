import { beforeEach, describe, expect, it } from '@jest/globals';
import { MINUTE } from '@typed-queue/contracts';
import { Time } from '../engine/conformance/time.fixture.js';
import { failing, GatedEngine, QUEUE } from './gated-engine.fixture.js';
import { eventLoopIdle } from './recorder.fixture.js';
import { GroupExpiry } from './group-expiry.js';
import { RETURN_MS } from './member.js';

let engine: GatedEngine;
let time: Time;
let used: Set<string>;
const errors: unknown[] = [];

const expiry = (): GroupExpiry =>
  new GroupExpiry({
    engine,
    queues: [QUEUE],
    used: (_queue, group) => used.has(group),
    deleteGroup: (queue, group) => engine.group(queue, group).delete(),
    onError: (error) => errors.push(error),
    now: () => time.now,
    after: time.after,
  });
const names = (): string[] =>
  engine
    .queue(QUEUE)
    .groups.list()
    .map(({ group }) => group);
const pass = async (ms: number): Promise<void> => {
  time.pass(ms);
  await eventLoopIdle();
};

beforeEach(async () => {
  engine = new GatedEngine();
  time = new Time();
  used = new Set();
  errors.length = 0;
  await engine.group(QUEUE, 'short').open({ start: 'start', settings: { expireAfterMs: MINUTE } });
  await engine.group(QUEUE, 'long').open({ start: 'start', settings: { expireAfterMs: 5 * MINUTE } });
  await engine.group(QUEUE, 'kept').open({ start: 'start' });
});

describe('the expiry of groups', () => {
  it('looks at each of 1,000 groups once at the start, at one group when it is left, and at none when one expires', async () => {
    for (let n = 0; n < 1_000; n++) {
      await engine.group(QUEUE, `${n}`).open({ start: 'start', settings: { expireAfterMs: 10 * MINUTE } });
    }
    const groups = expiry();
    expect(engine.groupsRead).toBe(1_003);
    engine.groupsRead = 0;
    groups.left(QUEUE, '500', 'left');
    expect(engine.groupsRead).toBe(1);
    await pass(RETURN_MS + MINUTE);
    expect(names()).not.toContain('short');
    expect(engine.groupsRead).toBe(1 + names().length);
    groups.stop();
  });

  it('deletes each group that had no member for as long as its settings say', async () => {
    const groups = expiry();
    for (const name of names()) groups.left(QUEUE, name, 'left');
    await pass(MINUTE - 1);
    expect(names()).toEqual(['short', 'long', 'kept']);
    await pass(1);
    expect(names()).toEqual(['long', 'kept']);
    await pass(4 * MINUTE);
    expect(names()).toEqual(['kept']);
    expect(time.running).toBe(0);
  });

  it('restarts when the server starts, and not before members could have come back', async () => {
    expiry();
    await pass(RETURN_MS + MINUTE - 1);
    expect(names()).toContain('short');
    await pass(1);
    expect(names()).not.toContain('short');
  });

  it('does not count the time in which a member whose connection was lost may come back', async () => {
    const groups = expiry();
    groups.left(QUEUE, 'short', 'vanished');
    await pass(RETURN_MS + MINUTE - 1);
    expect(names()).toContain('short');
    await pass(1);
    expect(names()).not.toContain('short');
  });

  it('does not count the time in which the process stood still', async () => {
    const groups = expiry();
    groups.left(QUEUE, 'short', 'left');
    await pass(MINUTE - 1);
    // All timers stood still, too.
    time.now += 60 * MINUTE;
    await pass(0);
    expect(names()).toEqual(['short', 'long', 'kept']);
    await pass(RETURN_MS + MINUTE);
    expect(names()).not.toContain('short');
  });

  it('counts from when the last member left, and keeps a group that has one', async () => {
    const groups = expiry();
    used.add('short');
    await pass(3 * MINUTE);
    used.delete('short');
    groups.left(QUEUE, 'short', 'left');
    await pass(MINUTE - 1);
    expect(names()).toContain('short');
    await pass(1);
    expect(names()).not.toContain('short');
  });

  it('reports a failed deletion, and tries again', async () => {
    expiry().left(QUEUE, 'short', 'left');
    engine.gates.delete = failing(new Error('the disk'));
    await pass(MINUTE);
    expect(errors).toMatchObject([{ message: 'the disk' }]);
    engine.gates.delete = undefined;
    await pass(MINUTE / 6);
    expect(names()).toEqual(['long', 'kept']);
  });

  it('deletes nothing once it is stopped', async () => {
    const groups = expiry();
    groups.stop();
    await pass(100 * MINUTE);
    groups.left(QUEUE, 'short', 'left');
    await pass(100 * MINUTE);
    expect(names()).toHaveLength(3);
    expect(time.running).toBe(0);
  });
});

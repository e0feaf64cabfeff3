import { describe, expect, it } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { LastHeard } from './last-heard.js';

const open = () => {
  const conn = new EventEmitter();
  const clock = { now: 100 };
  // Safe for a test: nothing else of a connection is used.
  const lastHeard = new LastHeard(
    conn as unknown as ConstructorParameters<typeof LastHeard>[0],
    () => clock.now,
  );
  return { conn, clock, lastHeard };
};

describe('when a client was last heard', () => {
  it('is when it sent its last packet', () => {
    const { conn, clock, lastHeard } = open();
    lastHeard.watch();
    clock.now += 30;
    conn.emit('packet');
    clock.now += 7;
    expect(lastHeard.silentMs).toBe(7);
  });

  it('is when it was watched first, before it sends a packet', () => {
    const { clock, lastHeard } = open();
    lastHeard.watch();
    clock.now += 30;
    lastHeard.watch();
    expect(lastHeard.silentMs).toBe(30);
  });

  it('is watched by one listener, however often, and by none before', () => {
    const { conn, lastHeard } = open();
    const before = conn.listenerCount('packet');
    for (let n = 0; n < 3; n++) lastHeard.watch();
    expect([before, conn.listenerCount('packet')]).toEqual([0, 1]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { once, type EventEmitter } from 'node:events';
import { Emitter, type TypedEmitter } from './emitter.js';
import type { ClientEvents } from './events.js';
import { eventLoopIdle } from './runtime.fixture.js';

const open = () => {
  const reports: [string, unknown][] = [];
  const unhandled: [string, unknown][] = [];
  const emitter = new Emitter<ClientEvents>(
    (text, error) => reports.push([text, error]),
    (name, event) => unhandled.push([name, event]),
  );
  const heard: string[] = [];
  const hear = (event: { readonly reason: string }): void => void heard.push(event.reason);
  return { emitter, reports, unhandled, heard, hear };
};

/** What typed-emitter declares. */
const METHODS = {
  on: true,
  once: true,
  off: true,
  emit: true,
  addListener: true,
  prependListener: true,
  prependOnceListener: true,
  removeListener: true,
  removeAllListeners: true,
  eventNames: true,
  listeners: true,
  rawListeners: true,
  listenerCount: true,
  getMaxListeners: true,
  setMaxListeners: true,
} satisfies Record<keyof TypedEmitter<ClientEvents>, true>;

describe('Emitter', () => {
  it.each(Object.keys(METHODS))('has %s, as a TypedEmitter does', (method) => {
    expect(open().emitter).toHaveProperty(method, expect.any(Function));
  });

  it('calls every listener, in the order they were added, until it is removed', () => {
    const { emitter, heard, hear } = open();
    emitter.on('disconnected', hear).on('disconnected', ({ reason }) => heard.push(`second ${reason}`));
    emitter.emit('disconnected', { reason: 'a' });
    emitter.off('disconnected', hear).emit('disconnected', { reason: 'b' });
    expect(heard).toEqual(['a', 'second a', 'second b']);
  });

  it('calls a once listener once, and not after it was removed', () => {
    const { emitter, heard, hear } = open();
    emitter.once('disconnected', hear);
    emitter.emit('disconnected', { reason: 'a' });
    emitter.emit('disconnected', { reason: 'b' });
    emitter.once('disconnected', hear).off('disconnected', hear);
    emitter.emit('disconnected', { reason: 'c' });
    expect(heard).toEqual(['a']);
  });

  it('a listener that throws or rejects is reported, and the others are called', async () => {
    const { emitter, reports, heard, hear } = open();
    emitter.on('disconnected', () => {
      throw new Error('thrown');
    });
    // oxlint-disable-next-line typescript/no-misused-promises
    emitter.on('disconnected', async () => {
      throw new Error('rejected');
    });
    // oxlint-disable-next-line typescript/no-misused-promises
    emitter.once('disconnected', async () => {
      throw new Error('rejected once');
    });
    emitter.on('disconnected', hear);
    emitter.emit('disconnected', { reason: 'a' });
    await eventLoopIdle();
    expect(heard).toEqual(['a']);
    expect(reports).toEqual([
      ['queue client: a listener of "disconnected" threw', new Error('thrown')],
      ['queue client: a listener of "disconnected" threw', new Error('rejected')],
      ['queue client: a listener of "disconnected" threw', new Error('rejected once')],
    ]);
  });

  it('calls listeners that were put first before all others, in their order', () => {
    const { emitter, heard, hear } = open();
    emitter.on('disconnected', hear).prependListener('disconnected', () => heard.push('first'));
    emitter.prependOnceListener('disconnected', () => heard.push('before'));
    emitter.emit('disconnected', { reason: 'a' });
    emitter.emit('disconnected', { reason: 'b' });
    expect(heard).toEqual(['before', 'first', 'a', 'first', 'b']);
  });

  it('knows its listeners and the names of their events, and takes any number', () => {
    const { emitter, hear } = open();
    emitter
      .setMaxListeners(1)
      .addListener('disconnected', hear)
      .on('disconnected', hear)
      .on('error', () => undefined);
    expect(emitter.eventNames()).toEqual(['disconnected', 'error']);
    expect(emitter.rawListeners('disconnected')).toEqual([hear, hear]);
    expect(emitter.listenerCount('disconnected')).toBe(2);
    expect(emitter.getMaxListeners()).toBe(Infinity);
    expect(emitter.removeAllListeners('disconnected').eventNames()).toEqual(['error']);
  });

  it('serves `once` of Node, which removes its listeners', async () => {
    const { emitter } = open();
    const event = { reason: 'a' };
    // Safe: all that `once` calls is there; its type wants the whole emitter of Node.
    const happened = once(emitter as unknown as EventEmitter, 'disconnected');
    expect(emitter.emit('disconnected', event)).toBe(true);
    await expect(happened).resolves.toEqual([event]);
    expect(emitter.eventNames()).toEqual([]);
  });

  it('calls the listeners that there were when the event began', () => {
    const { emitter, heard, hear } = open();
    emitter.on('disconnected', () => void emitter.off('disconnected', hear).on('disconnected', hear));
    emitter.on('disconnected', hear);
    emitter.emit('disconnected', { reason: 'a' });
    expect(heard).toEqual(['a']);
  });

  it('an event without a listener is passed to `unhandled`, and throws nothing', () => {
    const { emitter, unhandled } = open();
    const event = { error: new QueueError('internal', 'broken') };
    emitter.emit('error', event);
    expect(unhandled).toEqual([['error', event]]);
    emitter.on('error', () => undefined).emit('error', event);
    expect(unhandled).toHaveLength(1);
  });
});

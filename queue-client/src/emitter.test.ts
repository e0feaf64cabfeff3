import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { Emitter } from './emitter.js';
import type { ClientEvents } from './events.js';
import { eventLoopIdle } from './runtime.fixture.js';

const open = () => {
  const reports: [string, unknown][] = [];
  const unhandled: [string, object][] = [];
  const emitter = new Emitter<ClientEvents>(
    (text, error) => reports.push([text, error]),
    (name, event) => unhandled.push([name, event]),
  );
  const heard: string[] = [];
  const hear = (event: { readonly reason: string }): void => void heard.push(event.reason);
  return { emitter, reports, unhandled, heard, hear };
};

describe('Emitter', () => {
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
    // eslint-disable-next-line @typescript-eslint/no-misused-promises
    emitter.on('disconnected', async () => {
      throw new Error('rejected');
    });
    emitter.on('disconnected', hear);
    emitter.emit('disconnected', { reason: 'a' });
    await eventLoopIdle();
    expect(heard).toEqual(['a']);
    expect(reports).toEqual([
      ['queue client: a listener of "disconnected" threw', new Error('thrown')],
      ['queue client: a listener of "disconnected" threw', new Error('rejected')],
    ]);
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

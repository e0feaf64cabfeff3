import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { FakeQueue, save } from './fake-queue.fixture.js';
import type { Parts } from './logger.js';
import { sayEvents, statusTo } from './status.js';

const server = 'http://localhost:3333';
const ofGroup = { queue: 'files', group: 'logger' };

const start = () => {
  const queue = new FakeQueue();
  const said: string[] = [];
  // Safe: the fake has the method, without its types.
  sayEvents(queue as unknown as Parts['queue'], { server, say: (text) => said.push(text) });
  return { queue, said };
};

describe('sayEvents', () => {
  it('tells of the connection', () => {
    const { queue, said } = start();
    queue.emit('connection:failed', { cause: new Error('refused') });
    queue.emit('connected', { again: false });
    queue.emit('disconnected', { reason: 'transport close' });
    expect(said).toEqual([
      `waiting for the queue server at ${server}: refused`,
      `connected to ${server}`,
      `disconnected from ${server} (transport close), connecting again`,
    ]);
  });

  it('tells of what was not printed, or may be printed again', () => {
    const { queue, said } = start();
    queue.emit('gap', { ...ofGroup, from: 3, to: 9, reason: 'damage' });
    queue.emit('lease:lost', {
      ...ofGroup,
      token: 1,
      ranges: [
        [4, 4],
        [6, 8],
      ],
    });
    queue.emit('handler:error', { ...ofGroup, message: save(5), attempt: 1, error: new Error('odd') });
    expect(said).toEqual([
      'messages 3 to 9 will never come, reason: damage (queue files, group logger)',
      'too late with messages 4, 6 to 8: they may be printed again (queue files, group logger)',
      'message 5 was not printed: odd (queue files, group logger)',
    ]);
  });

  it('tells of what the server refuses for the moment; the end tells the rest', () => {
    const { queue, said } = start();
    queue.emit('error', { ...ofGroup, error: new QueueError('draining', 'later') });
    queue.emit('error', { ...ofGroup, error: new QueueError('queue_unknown', 'never') });
    expect(said).toEqual(['draining: later (queue files, group logger)']);
  });
});

describe('statusTo', () => {
  it('says the same once in a row, each in one line', () => {
    const stream = new PassThrough({ encoding: 'utf8' });
    const say = statusTo(stream);
    for (const text of ['a', 'a', 'b\nc', 'a']) say(text);
    expect(stream.read()).toBe('logger: a\nlogger: b\\u000ac\nlogger: a\n');
  });

  it('goes on when nobody listens', () => {
    const stream = new PassThrough();
    const say = statusTo(stream);
    expect(() => stream.emit('error', new Error('write EPIPE'))).not.toThrow();
    say('a');
    expect(String(stream.read())).toBe('logger: a\n');
  });
});

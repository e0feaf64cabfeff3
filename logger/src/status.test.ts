import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { QueueError } from '@typed-queue/contracts';
import { FakeQueue, save } from './fake-queue.fixture.js';
import { reportEvents, statusTo, type StatusDeps } from './status.js';

const server = 'http://localhost:3333';
const ofGroup = { queue: 'files', group: 'logger' };

const start = () => {
  const queue = new FakeQueue();
  const reported: string[] = [];
  const timers: (() => void)[] = [];
  let cancelled = 0;
  const after = (_ms: number, run: () => void) => {
    timers.push(run);
    return () => {
      cancelled++;
    };
  };
  const status: StatusDeps = {
    // Safe: the fake has the method, without its types.
    queue: queue as unknown as StatusDeps['queue'],
    server,
    report: (text) => reported.push(text),
    after,
  };
  const end = reportEvents(status);
  const later = (): void => timers.forEach((run) => run());
  return { queue, reported, later, end, cancelled: () => cancelled };
};

describe('reportEvents', () => {
  it('reports the connection', () => {
    const { queue, reported, later } = start();
    later();
    queue.emit('connection:failed', { cause: new Error('refused') });
    queue.emit('connected', { again: false });
    queue.emit('disconnected', { reason: 'transport close' });
    queue.emit('connection:failed', { cause: new Error('refused') });
    expect(reported).toEqual([
      `waiting for the queue server at ${server}: refused`,
      `connected to ${server}`,
      `disconnected from ${server} (transport close), connecting again`,
      `waiting for the queue server at ${server}: refused`,
    ]);
  });

  it('keeps the first failures to itself: the server may be starting as well', () => {
    const { queue, reported, cancelled } = start();
    queue.emit('connection:failed', { cause: new Error('refused') });
    queue.emit('connection:failed', { cause: new Error('refused') });
    expect(reported).toEqual([]);
    queue.emit('connected', { again: false });
    expect(cancelled()).toBe(1);
    queue.emit('connection:failed', { cause: new Error('refused') });
    expect(reported).toEqual([
      `connected to ${server}`,
      `waiting for the queue server at ${server}: refused`,
    ]);
  });

  it('reports after a while the last failure, if there was one', () => {
    const { queue, reported, later } = start();
    queue.emit('connection:failed', { cause: new Error('not found') });
    queue.emit('connection:failed', { cause: new Error('refused') });
    later();
    expect(reported).toEqual([`waiting for the queue server at ${server}: refused`]);
    const quiet = start();
    quiet.later();
    expect(quiet.reported).toEqual([]);
  });

  it('leaves no timer', () => {
    const { end, cancelled } = start();
    end();
    expect(cancelled()).toBe(1);
  });

  it.each<[event: string, emit: (queue: ReturnType<typeof start>['queue']) => void, line: string | RegExp]>([
    [
      'a gap',
      (queue) => queue.emit('gap', { ...ofGroup, from: 3, to: 9, reason: 'damage' }),
      "messages 3 to 9 will never come: damaged or lost on the server's disk (queue files, group logger)",
    ],
    [
      'another log',
      (queue) => queue.emit('gap', { queue: 'files', from: 2, reason: 'reset', epoch: 'e' }),
      /^there is no message 2: this log is another .* \(queue files\)$/,
    ],
    [
      'a lost lease',
      // prettier-ignore
      (queue) => queue.emit('lease:lost', { ...ofGroup, token: 1, ranges: [[4, 4], [6, 8]] }),
      'too late with message 4, messages 6 to 8: they may be printed again (queue files, group logger)',
    ],
    [
      'a stalled group',
      (queue) => queue.emit('stalled', { ...ofGroup, unsettled: 10_000 }),
      'stalled: nothing more comes before some of 10000 messages are printed (queue files, group logger)',
    ],
    [
      'a failure',
      (queue) =>
        queue.emit('handler:error', { ...ofGroup, message: save(5), attempt: 1, error: new Error('odd') }),
      'message 5 was not printed: odd (queue files, group logger)',
    ],
    [
      'a slow output',
      (queue) => queue.emit('handler:slow', { ...ofGroup, message: save(6), attempt: 1, runningMs: 60_000 }),
      'message 6 has waited 60 s for its line to be printed (queue files, group logger)',
    ],
    [
      'a dead letter',
      (queue) =>
        queue.emit('dead-letter', {
          ...ofGroup,
          message: save(5),
          attempt: 6,
          code: 'attempts_exhausted',
          reason: 'odd',
        }),
      'message 5 is given up after 6 attempts: odd (queue files, group logger)',
    ],
  ])('reports %s', (_, emit, line) => {
    const { queue, reported } = start();
    emit(queue);
    expect(reported).toEqual([typeof line === 'string' ? line : expect.stringMatching(line)]);
  });

  it('reports temporary refusals and single messages; the end reports the rest', () => {
    const { queue, reported } = start();
    queue.emit('error', { ...ofGroup, error: new QueueError('draining', 'later') });
    queue.emit('error', { ...ofGroup, error: new QueueError('group_conflict', 'others are there') });
    queue.emit('error', { ...ofGroup, error: new QueueError('contract_mismatch', 'odd') });
    queue.emit('error', { ...ofGroup, error: new QueueError('queue_unknown', 'never') });
    expect(reported).toEqual([
      'draining: later (queue files, group logger)',
      'group_conflict: others are there (queue files, group logger)',
      'contract_mismatch: odd (queue files, group logger)',
    ]);
  });
});

describe('statusTo', () => {
  it('writes the same text once in a row, each in one line', () => {
    const stream = new PassThrough({ encoding: 'utf8' });
    const report = statusTo(stream);
    for (const text of ['a', 'a', 'b\nc', 'a']) report(text);
    expect(stream.read()).toBe('logger: a\nlogger: b\\u000ac\nlogger: a\n');
  });

  it('continues when nobody listens', () => {
    const stream = new PassThrough();
    const report = statusTo(stream);
    expect(() => stream.emit('error', new Error('write EPIPE'))).not.toThrow();
    report('a');
    expect(String(stream.read())).toBe('logger: a\n');
  });
});

import { PassThrough, type Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { QueueError, type AnyMessage } from '@typed-queue/contracts';
import { FakeQueue, save } from './fake-queue.fixture.js';
import { jsonLayout } from './json.js';
import type { LoggedMessage } from './layout.js';
import { runLogger, type Parts } from './logger.js';
import { SlowOutput } from './slow-output.fixture.js';

const deleted: AnyMessage = {
  ...save(1),
  queue: 'database',
  event: 'delete',
  payload: { model: 'product', id: '7', before: {} },
};

const errno = (code: string): Error => Object.assign(new Error(`write ${code}`), { code });

/** As the layout of these tests prints it. */
const lineOf = (message: AnyMessage): string =>
  // Safe: all messages of these tests are of our own queues.
  jsonLayout(message as unknown as LoggedMessage);

const start = (output: Writable = new PassThrough()) => {
  const queue = new FakeQueue();
  const stop = new AbortController();
  const stderr = new PassThrough({ encoding: 'utf8' });
  const exitCode = runLogger({
    // Safe: the fake has the three methods, without their types.
    queue: queue as unknown as Parts['queue'],
    server: 'http://localhost:3333',
    layout: jsonLayout,
    stdout: output,
    stderr,
    signal: stop.signal,
  });
  const said = (): string => String(stderr.read() ?? '');
  return { queue, stop, exitCode, said };
};

/** Whether a promise is settled after everything that is ready to run has run. */
const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  let done = false;
  const mark = (): void => void (done = true);
  promise.then(mark, mark);
  await new Promise((resolve) => setImmediate(resolve));
  return done;
};

describe('runLogger', () => {
  it('subscribes to both queues as the group "logger", one message at a time', async () => {
    const { queue, stop, exitCode } = start();
    const options = { group: 'logger', concurrency: 1 };
    expect(queue.subscribed).toEqual([
      expect.objectContaining({ queue: 'files', options }),
      expect.objectContaining({ queue: 'database', options }),
    ]);
    stop.abort();
    await exitCode;
  });

  it('prints each message as its layout says', async () => {
    const output = new PassThrough({ encoding: 'utf8' });
    const { queue, stop, exitCode } = start(output);
    await queue.deliver(save(1));
    await queue.deliver(deleted);
    expect(output.read()).toBe(lineOf(save(1)) + lineOf(deleted));
    stop.abort();
    await exitCode;
  });

  it('acknowledges a message only when the output took its line', async () => {
    const output = new SlowOutput();
    const { queue, stop, exitCode } = start(output);
    const first = queue.deliver(save(1));
    const second = queue.deliver(save(2));
    expect(await settled(first)).toBe(false);
    expect(output.lines).toHaveLength(1);

    output.took();
    await first;
    expect(await settled(second)).toBe(false);
    expect(output.lines).toHaveLength(2);

    output.took();
    await second;
    stop.abort();
    await exitCode;
  });

  it('closes and ends with 0 when it is stopped', async () => {
    const { queue, stop, exitCode, said } = start();
    expect(await settled(exitCode)).toBe(false);
    stop.abort();
    expect(await exitCode).toBe(0);
    expect(queue.closed).toEqual([{ timeoutMs: 5_000 }]);
    expect(said()).toBe('');
  });

  it('ends at once when it was stopped before it began', async () => {
    const queue = new FakeQueue();
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const exitCode = runLogger({
      // Safe: the fake has the three methods, without their types.
      queue: queue as unknown as Parts['queue'],
      server: '',
      layout: jsonLayout,
      stdout,
      stderr,
      signal: AbortSignal.abort(),
    });
    expect(await exitCode).toBe(0);
    expect(queue.closed).toHaveLength(1);
  });
});

describe('runLogger, when the output fails', () => {
  it('ends with 0 when its reader is gone, and gives back what was not printed', async () => {
    const output = new SlowOutput();
    const { queue, exitCode, said } = start(output);
    const unprinted = queue.deliver(save(1));
    output.took(errno('EPIPE'));
    expect(await exitCode).toBe(0);
    expect(queue.closed).toEqual([{ timeoutMs: 500 }]);
    // Rejected with what ended its lease: neither acknowledged nor counted as a failure.
    await expect(unprinted).rejects.toThrow('left the group');
    expect(said()).toBe('');
  });

  it('holds what comes afterwards until the client has left', async () => {
    const output = new SlowOutput();
    const { queue, exitCode } = start(output);
    const first = queue.deliver(save(1));
    const second = queue.deliver(save(2));
    output.took(errno('EPIPE'));
    await exitCode;
    await expect(first).rejects.toThrow('left the group');
    await expect(second).rejects.toThrow('left the group');
    await expect(queue.deliver(save(3))).rejects.toThrow('left the group');
    expect(output.lines).toHaveLength(1);
  });

  it('ends with 1 and says why for any other reason', async () => {
    const output = new SlowOutput();
    const { queue, exitCode, said } = start(output);
    const unprinted = queue.deliver(save(1));
    output.took(errno('ENOSPC'));
    expect(await exitCode).toBe(1);
    expect(said()).toBe('logger: cannot print: write ENOSPC\n');
    await expect(unprinted).rejects.toThrow('left the group');
  });
});

describe('runLogger, refused for good', () => {
  const error = new QueueError('queue_unknown', 'no "files" here');

  it('ends with 1 when it cannot subscribe', async () => {
    const { queue, exitCode, said } = start();
    queue.refuse(error);
    expect(await exitCode).toBe(1);
    expect(said()).toBe('logger: refused by the queue server: queue_unknown: no "files" here\n');
    expect(queue.closed).toHaveLength(1);
  });

  it('ends with 1 when a later connection is refused', async () => {
    const { queue, exitCode, said } = start();
    queue.emit('error', { error });
    queue.emit('error', { error, queue: 'files', group: 'logger' });
    expect(await exitCode).toBe(1);
    expect(said()).toBe('logger: refused by the queue server: queue_unknown: no "files" here\n');
  });
});

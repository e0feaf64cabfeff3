import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { contract, QueueError, type DatabaseMessage } from '@typed-queue/contracts';
import { save } from './fake-queue.fixture.js';
import { selectionOf } from './filter.js';
import { jsonLayout } from './layouts/json-layout.js';
import { message, settled } from './logging.fixture.js';
import { start } from './running.fixture.js';
import { SlowOutput } from './slow-output.fixture.js';

const deleted: DatabaseMessage = {
  ...save(1),
  queue: 'database',
  event: 'delete',
  payload: { model: 'product', id: '7', before: {} },
};

const errno = (code: string): Error => Object.assign(new Error(`write ${code}`), { code });

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

  it('subscribes with its filter, as a group that lasts as long as messages are kept', async () => {
    const { queue, stop, exitCode } = start({
      selection: selectionOf(contract, { queues: [], events: ['save', 'error'] }),
      source: { kind: 'group', group: 'logger:files:database.error', lasting: 'retention' },
    });
    const options = { group: 'logger:files:database.error', concurrency: 1, expireAfterMs: 604_800_000 };
    expect(queue.subscribed).toEqual([
      expect.objectContaining({ queue: 'files', options }),
      expect.objectContaining({ queue: 'database', options: { ...options, events: ['error'] } }),
    ]);
    stop.abort();
    await exitCode;
  });

  it('prints each message as its layout says', async () => {
    const output = new PassThrough({ encoding: 'utf8' });
    const { queue, stop, exitCode } = start({ stdout: output });
    await queue.deliver(save(1));
    await queue.deliver(deleted);
    expect(output.read()).toBe(jsonLayout.message(save(1)) + jsonLayout.message(deleted));
    stop.abort();
    await exitCode;
  });

  it('acknowledges a message only when the output took its line', async () => {
    const output = new SlowOutput();
    const { queue, stop, exitCode } = start({ stdout: output });
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
    const timers = { running: 0 };
    const after = () => {
      timers.running++;
      return () => {
        timers.running--;
      };
    };
    const { queue, stop, exitCode, status } = start({ after });
    expect(await settled(exitCode)).toBe(false);
    expect(timers.running).toBe(1);
    stop.abort();
    expect(await exitCode).toBe(0);
    expect(timers.running).toBe(0);
    expect(queue.closed).toEqual([{ timeoutMs: 5_000 }]);
    expect(status()).toBe('');
  });

  it('ends at once when it was stopped before it began', async () => {
    const { queue, exitCode } = start({ signal: AbortSignal.abort() });
    expect(await exitCode).toBe(0);
    expect(queue.closed).toHaveLength(1);
  });
});

describe('runLogger, when the output fails', () => {
  it('ends with 0 when its reader is gone, and releases what was not printed', async () => {
    const output = new SlowOutput();
    const { queue, exitCode, status } = start({ stdout: output });
    const unprinted = queue.deliver(save(1));
    output.took(errno('EPIPE'));
    expect(await exitCode).toBe(0);
    expect(queue.closed).toEqual([{ timeoutMs: 500 }]);
    // Rejected with what ended its lease: neither acknowledged nor counted as a failure.
    await expect(unprinted).rejects.toThrow('left the group');
    expect(status()).toBe('');
  });

  it('keeps later messages unsettled until the client has left', async () => {
    const output = new SlowOutput();
    const { queue, exitCode } = start({ stdout: output });
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
    const { queue, exitCode, status } = start({ stdout: output });
    const unprinted = queue.deliver(save(1));
    output.took(errno('ENOSPC'));
    expect(await exitCode).toBe(1);
    expect(status()).toBe('logger: cannot print: write ENOSPC\n');
    await expect(unprinted).rejects.toThrow('left the group');
  });
});

describe('runLogger, refused permanently', () => {
  const error = new QueueError('queue_unknown', 'no "files" here');

  it('ends with 1 when it cannot subscribe', async () => {
    const { queue, exitCode, status } = start();
    queue.refuse(error);
    expect(await exitCode).toBe(1);
    expect(status()).toBe('logger: refused by the queue server: queue_unknown: no "files" here\n');
    expect(queue.closed).toHaveLength(1);
  });

  it('ends with 1 when a later connection is refused', async () => {
    const { queue, exitCode, status } = start();
    queue.emit('error', { error });
    queue.emit('error', { error, queue: 'files', group: 'logger' });
    expect(await exitCode).toBe(1);
    expect(status()).toBe('logger: refused by the queue server: queue_unknown: no "files" here\n');
  });
});

describe('runLogger, when a message does not match the contract', () => {
  it('reports it and continues', async () => {
    const { queue, stop, exitCode, status } = start();
    const error = new QueueError('contract_mismatch', 'Message 3 went to the dead letters');
    queue.emit('error', { error, queue: 'files', group: 'logger' });
    expect(await settled(exitCode)).toBe(false);
    expect(status()).toBe(
      'logger: contract_mismatch: Message 3 went to the dead letters (queue files, group logger)\n',
    );
    stop.abort();
    await exitCode;
  });
});

describe('runLogger, replaying', () => {
  it('touches no group, and ends with 0 when all is live and it does not follow', async () => {
    const stdout = new PassThrough({ encoding: 'utf8' });
    const { queue, exitCode } = start({ stdout, source: { kind: 'replay', from: 'start', follow: false } });
    queue.tails[0]?.give(message(1), { kind: 'live', next: 2 });
    expect(await settled(exitCode)).toBe(false);
    queue.tails[1]?.give({ kind: 'live', next: 1 });
    expect(await exitCode).toBe(0);
    expect(stdout.read()).toBe(jsonLayout.message(save(1)));
    expect(queue.subscribed).toEqual([]);
    expect(queue.closed).toEqual([{ timeoutMs: 500 }]);
  });

  it('continues until it is stopped', async () => {
    const { queue, stop, exitCode } = start({ source: { kind: 'replay', from: 'now', follow: true } });
    for (const tail of queue.tails) tail.give({ kind: 'live', next: 1 });
    expect(await settled(exitCode)).toBe(false);
    stop.abort();
    expect(await exitCode).toBe(0);
  });

  it('ends with 1 when a tail is refused permanently', async () => {
    const { queue, exitCode, status } = start({ source: { kind: 'replay', from: 'now', follow: true } });
    queue.tails[1]?.fail(new QueueError('queue_unknown', 'no "database" here'));
    expect(await exitCode).toBe(1);
    expect(status()).toContain('logger: refused by the queue server: queue_unknown: no "database" here\n');
  });
});

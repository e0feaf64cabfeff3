import { describe, expect, it } from '@jest/globals';
import { contract, QueueError } from '@typed-queue/contracts';
import { FakeQueue, save } from './fake-queue.fixture.js';
import { selectionOf } from './filter.js';
import { jsonLayout } from './layouts/json-layout.js';
import { invalid, message, settled } from './logging.fixture.js';
import { printSource, type PrintingDeps } from './printing.js';

const live = (next: number) => ({ kind: 'live', next }) as const;

const start = ({ queues = ['files'], follow = true, print = async (_line: string) => undefined } = {}) => {
  const queue = new FakeQueue();
  const printed: string[] = [];
  const reported: string[] = [];
  const done = printSource(
    { kind: 'replay', from: 'start', follow },
    {
      // Safe: the fake has the method, without its types.
      queue: queue as unknown as PrintingDeps['queue'],
      contract,
      selection: selectionOf(contract, { queues, events: ['error', 'save'] }),
      layout: jsonLayout,
      print: async (line) => {
        printed.push(line);
        await print(line);
      },
      report: (text) => reported.push(text),
    },
  );
  return { tails: queue.tails, printed, reported, done };
};

describe('a replay', () => {
  it('opens a tail of each queue, with its events', () => {
    const { tails } = start({ queues: [] });
    expect(tails.map(({ queue, options }) => [queue, options])).toEqual([
      ['files', { from: 'start', events: undefined }],
      ['database', { from: 'start', events: ['error'] }],
    ]);
  });

  it('prints a message when the output took the one before', async () => {
    const accepts: (() => void)[] = [];
    const print = () => new Promise<undefined>((resolve) => accepts.push(() => resolve(undefined)));
    const { tails, printed } = start({ print });
    tails[0]?.give(message(1), message(2));
    await settled();
    expect(printed).toEqual([jsonLayout.message(save(1))]);
    accepts[0]?.();
    await settled();
    expect(printed).toEqual([jsonLayout.message(save(1)), jsonLayout.message(save(2))]);
  });

  it('prints a message that does not match the contract as invalid', async () => {
    const { tails, printed, reported } = start();
    tails[0]?.give(invalid(3), message(4));
    await settled();
    expect(printed).toEqual([jsonLayout.invalid(invalid(3)), jsonLayout.message(save(4))]);
    expect(reported).toEqual([]);
  });

  it('reports gaps, and when it is live', async () => {
    const { tails, printed, reported } = start();
    tails[0]?.give(
      { kind: 'gap', gap: { from: 1, to: 4, reason: 'retention' } },
      { kind: 'gap', gap: { from: 5, to: 5, reason: 'damage' } },
      { kind: 'gap', gap: { from: 6, reason: 'reset', epoch: 'e' } },
      live(7),
    );
    await settled();
    expect(printed).toEqual([]);
    expect(reported).toEqual([
      'messages 1 to 4 will never come: no longer kept, or purged (queue files)',
      "message 5 will never come: damaged or lost on the server's disk (queue files)",
      'there is no message 6: this log is another than before (its disk was wiped, or an older copy restored), ' +
        'or has not come so far; starting again with its oldest message (queue files)',
      'live: all before message 7 is printed (queue files)',
    ]);
  });

  it('follows when it is live', async () => {
    const { tails, printed, done } = start();
    tails[0]?.give(live(1), message(1), live(2), message(2));
    expect(await settled(done)).toBe(false);
    expect(printed).toHaveLength(2);
    tails[0]?.close();
    await done;
  });

  it('ends when all its queues are live, unless it follows', async () => {
    const { tails, printed, done } = start({ queues: [], follow: false });
    tails[0]?.give(message(1), live(2), message(2));
    expect(await settled(done)).toBe(false);
    tails[1]?.give(live(1));
    await done;
    expect(printed).toEqual([jsonLayout.message(save(1))]);
    expect(tails.map(({ closed }) => closed)).toEqual([true, true]);
  });

  it('rejects with a permanent refusal of the server', async () => {
    const { tails, done } = start({ queues: [] });
    const refusal = new QueueError('queue_unknown', 'no "files" here');
    tails[0]?.fail(refusal);
    await expect(done).rejects.toBe(refusal);
  });

  it('reads no further when the output failed, which is no refusal', async () => {
    const { tails, printed, done } = start({ print: () => Promise.reject(new Error('write EPIPE')) });
    tails[0]?.give(message(1), message(2));
    expect(await settled(done)).toBe(false);
    expect(printed).toHaveLength(1);
    expect(tails[0]?.asked).toBe(1);
  });
});

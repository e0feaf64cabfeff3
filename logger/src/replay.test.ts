import { describe, expect, it } from '@jest/globals';
import { contract, QueueError } from '@typed-queue/contracts';
import { FakeQueue, save } from './fake-queue.fixture.js';
import { selectionOf } from './filter.js';
import { jsonLayout } from './json.js';
import { printReplay, type ReplayDeps } from './replay.js';
import { invalid, message, settled } from './logging.fixture.js';

const live = (next: number) => ({ kind: 'live', next }) as const;

const start = ({ queues = ['files'], follow = true, print = async (_line: string) => undefined } = {}) => {
  const queue = new FakeQueue();
  const printed: string[] = [];
  const said: string[] = [];
  const done = printReplay(
    { kind: 'replay', from: 'start', follow },
    {
      // Safe: the fake has the method, without its types.
      queue: queue as unknown as ReplayDeps['queue'],
      selection: selectionOf(contract, { queues, events: ['error', 'save'] }),
      layout: jsonLayout,
      print: async (line) => {
        printed.push(line);
        await print(line);
      },
      say: (text) => said.push(text),
    },
  );
  return { tails: queue.tails, printed, said, done };
};

describe('printReplay', () => {
  it('opens a tail of each queue, with its events', () => {
    const { tails } = start({ queues: [] });
    expect(tails.map(({ queue, options }) => [queue, options])).toEqual([
      ['files', { from: 'start', events: undefined }],
      ['database', { from: 'start', events: ['error'] }],
    ]);
  });

  it('prints messages one after the other, each when the last one was taken', async () => {
    const taken: (() => void)[] = [];
    const print = () => new Promise<undefined>((resolve) => taken.push(() => resolve(undefined)));
    const { tails, printed } = start({ print });
    tails[0]?.give(message(1), message(2));
    await settled();
    expect(printed).toEqual([jsonLayout.message(save(1))]);
    taken[0]?.();
    await settled();
    expect(printed).toEqual([jsonLayout.message(save(1)), jsonLayout.message(save(2))]);
  });

  it('prints a message that does not match the contract as such', async () => {
    const { tails, printed, said } = start();
    tails[0]?.give(invalid(3), message(4));
    await settled();
    expect(printed).toEqual([jsonLayout.invalid(invalid(3)), jsonLayout.message(save(4))]);
    expect(said).toEqual([]);
  });

  it('says what is missing, and when it is live', async () => {
    const { tails, printed, said } = start();
    tails[0]?.give(
      { kind: 'gap', gap: { from: 1, to: 4, reason: 'retention' } },
      { kind: 'gap', gap: { from: 5, to: 5, reason: 'damage' } },
      { kind: 'gap', gap: { from: 6, reason: 'reset', epoch: 'e' } },
      live(7),
    );
    await settled();
    expect(printed).toEqual([]);
    expect(said).toEqual([
      'messages 1 to 4 will never come: no longer kept, or purged (queue files)',
      "message 5 will never come: damaged or lost on the server's disk (queue files)",
      'there is no message 6: this log is another than before (its disk was wiped, or an older copy restored), ' +
        'or has not come so far; beginning anew with its oldest message (queue files)',
      'live: all before message 7 is printed (queue files)',
    ]);
  });

  it('goes on when it is live', async () => {
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

  it('rejects with what the server refuses for good', async () => {
    const { tails, done } = start({ queues: [] });
    const refusal = new QueueError('queue_unknown', 'no "files" here');
    tails[0]?.fail(refusal);
    await expect(done).rejects.toBe(refusal);
  });

  it('takes nothing more when the output failed, which is no refusal', async () => {
    const { tails, printed, done } = start({ print: () => Promise.reject(new Error('write EPIPE')) });
    tails[0]?.give(message(1), message(2));
    expect(await settled(done)).toBe(false);
    expect(printed).toHaveLength(1);
    expect(tails[0]?.asked).toBe(1);
  });
});

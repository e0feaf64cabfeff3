import { describe, expect, it } from '@jest/globals';
import { inputOf } from '../run.fixture.js';
import { objectsOf, withServer } from '../served.fixture.js';

const PAYLOAD = '{"id":"o-1","total":42}';
const measured = { perSecond: expect.any(Number), p50Ms: expect.any(Number), p99Ms: expect.any(Number) };

describe('bench', () => {
  it('publishes, consumes and acknowledges messages, and deletes its group', async () => {
    await withServer(async ({ run, queue }) => {
      const args = ['bench', 'orders', 'placed', PAYLOAD, '--messages', '300', '--yes', '--json'];
      const { exitCode, out, err } = await run(args);
      expect([exitCode, err]).toEqual([0, '']);
      expect(objectsOf(out)).toEqual([
        {
          queue: 'orders',
          event: 'placed',
          messages: 300,
          rate: null,
          payloadBytes: PAYLOAD.length,
          publish: measured,
          consume: measured,
        },
      ]);
      expect(await queue.admin.queues()).toMatchObject([{ queue: 'orders', lastSeq: 300, groups: 0 }, {}]);
    });
  });

  it('prints a table, takes an example as the payload, and keeps to a rate', async () => {
    await withServer(async ({ run, queue }) => {
      const args = ['bench', 'orders', 'placed', '--messages', '20', '--rate', '1000', '--yes'];
      const { exitCode, out, err } = await run([...args, '--in-flight', '2']);
      expect([exitCode, err]).toEqual([0, expect.stringMatching(/^20 messages of \d+ B each\n$/)]);
      expect(out).toMatch(/^STEP +PER SECOND +P50 +P99\npublish +.* ms +.* ms\nconsume, ack +.* ms\n$/);
      expect(await queue.admin.queues()).toMatchObject([{ lastSeq: 20 }, {}]);
    });
  });

  it('asks before it publishes anything', async () => {
    await withServer(async ({ run, queue }) => {
      const { exitCode, err } = await run(['bench', 'orders', 'placed', PAYLOAD]);
      expect([exitCode, err]).toEqual([64, expect.stringContaining('say --yes')]);
      const terminal = { stdin: { ...inputOf(), isTerminal: true } };
      const asked: string[] = [];
      const said = await run(['bench', 'orders', 'placed', PAYLOAD, '--messages', '5'], {
        ...terminal,
        stderr: { write: () => undefined, isTerminal: true },
        ask: async (question) => {
          asked.push(question);
          return 'n';
        },
      });
      expect(said.exitCode).toBe(1);
      expect(asked).toEqual([
        'Publish 5 messages to orders? Its other groups and tails get them, too. [y/N] ',
      ]);
      expect(await queue.admin.queues()).toMatchObject([{ lastSeq: 0 }, {}]);
    });
  });

  it.each<[readonly string[], number, string]>([
    [['nothing', 'placed'], 3, '(queue_unknown)'],
    [['orders', 'lost'], 3, 'has no event "lost"'],
    [['orders', 'placed', '{'], 65, 'is not JSON'],
    [['orders', 'placed', '{"id":1}'], 65, '(payload_invalid)'],
    [['orders', 'placed', '--messages', '0'], 64, 'Write a number of messages'],
  ])('refuses %j', async (args, code, text) => {
    await withServer(async ({ run, queue }) => {
      const { exitCode, err } = await run(['bench', ...args, '--yes']);
      expect([exitCode, err]).toEqual([code, expect.stringContaining(text)]);
      expect(await queue.admin.queues()).toMatchObject([{ groups: 0 }, {}]);
    });
  });

  it('deletes its group also when Ctrl-C ends it', async () => {
    await withServer(async ({ start, queue }) => {
      const running = start(['bench', 'orders', 'placed', PAYLOAD, '--rate', '50', '--yes']);
      for await (const _ of queue.tail('orders', { from: 'start' })) break;
      running.stop();
      expect((await running.ended).exitCode).toBe(130);
      expect(await queue.admin.queues()).toMatchObject([{ groups: 0 }, {}]);
    });
  });
});

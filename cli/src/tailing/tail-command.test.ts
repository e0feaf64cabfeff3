import { describe, expect, it } from '@jest/globals';
import { until, withFolder } from '../run.fixture.js';
import { objectsOf, REFUSING_CONTRACT, startServer, withServer } from '../served.fixture.js';

const ALL = ['tail', 'orders', '--from', 'start', '--no-follow'];
const ofSeqs = (...seqs: readonly number[]): readonly object[] => seqs.map((seq) => ({ seq }));

describe('tail', () => {
  it('prints a line for each message', async () => {
    await withServer(async ({ queue, run }) => {
      await queue.publish('orders', 'placed', { id: 'a\u001b[31m', total: 1 }, { headers: { key: 'k 1' } });
      const { exitCode, out, err } = await run(ALL);
      expect([exitCode, err]).toEqual([0, '']);
      expect(out).toMatch(
        /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} 1 placed key="k 1" \{"id":"a\\u001b\[31m","total":1\}\n$/,
      );
    });
  });

  it('prints messages as JSON', async () => {
    await withServer(async ({ place, run }) => {
      await place(1);
      const message = {
        queue: 'orders',
        event: 'placed',
        seq: 1,
        payload: { id: '1', total: 1 },
        headers: {},
      };
      expect(objectsOf((await run([...ALL, '--json'])).out)).toEqual([
        Object.assign(message, { id: expect.any(String), time: expect.any(Number) }),
      ]);
    });
  });

  it('has colours on a terminal only, and none with --no-color or NO_COLOR', async () => {
    await withServer(async ({ place, run }) => {
      await place(1);
      const onTerminal = async (args: readonly string[], env = {}): Promise<string> => {
        let out = '';
        const stdout = { write: (text: string) => (out += text), isTerminal: true };
        await run([...ALL, ...args], { stdout, env });
        return out;
      };
      expect(await onTerminal([])).toContain('\u001b[36mplaced');
      for (const text of [
        await onTerminal(['--no-color']),
        await onTerminal([], { NO_COLOR: '1' }),
        (await run(ALL)).out,
      ])
        expect(text).toMatch(/^[\d :.-]+ 1 placed \{/);
    });
  });

  it('prints no JSON that acts on a terminal', async () => {
    await withServer(async ({ queue, run }) => {
      await queue.publish('orders', 'placed', { id: '\u009b2J', total: 1 });
      let out = '';
      const stdout = { write: (text: string) => (out += text), isTerminal: true };
      await run([...ALL, '--json'], { stdout });
      expect(out).toContain('"id":"\\u009b2J"');
      expect(objectsOf(out)).toMatchObject([{ payload: { id: '\u009b2J' } }]);
    });
  });

  it.each<[string, readonly string[], readonly object[]]>([
    ['an event', ['--event', 'cancelled'], ofSeqs(2)],
    ['events', ['--event', 'cancelled', '--event', 'placed'], ofSeqs(1, 2, 3)],
    ['an ordering key', ['--key', 'b'], ofSeqs(3)],
    ['ordering keys', ['--key', 'b', '--key', 'a'], ofSeqs(1, 3)],
    ['a number of messages', ['--count', '2'], ofSeqs(1, 2)],
    ['a seq', ['--from', '2'], ofSeqs(2, 3)],
    ['a time', ['--from', '1970-01-01'], ofSeqs(1, 2, 3)],
    ['how long ago', ['--from', '1h'], ofSeqs(1, 2, 3)],
    ['now', ['--from', 'now'], []],
    ['new', ['--from', 'new'], []],
  ])('prints only what is chosen by %s', async (...[, args, seqs]) => {
    await withServer(async ({ queue, run }) => {
      await queue.publish('orders', 'placed', { id: '1', total: 1 }, { headers: { key: 'a' } });
      await queue.publish('orders', 'cancelled', { id: '1' });
      await queue.publish('orders', 'placed', { id: '2', total: 1 }, { headers: { key: 'b' } });
      const { exitCode, out } = await run([...ALL, '--json', ...args]);
      expect(exitCode).toBe(0);
      expect(objectsOf(out)).toMatchObject(seqs);
    });
  });

  it('follows until Ctrl-C', async () => {
    await withServer(async ({ place, start, queue }) => {
      const running = start(['tail', 'orders', '--from', 'start', '--json']);
      await place(1);
      await until(() => running.out().includes('\n'));
      await queue.publish('orders', 'cancelled', { id: '1' });
      await until(() => running.out().includes('cancelled'));
      running.stop();
      const { exitCode, out, err } = await running.ended;
      expect([exitCode, err]).toEqual([130, '']);
      expect(objectsOf(out)).toMatchObject(ofSeqs(1, 2));
    });
  });

  it('ends well when its reader is gone, also while the output is full', async () => {
    await withServer(async ({ place, start }) => {
      await place(3);
      let written = 0;
      const stdout = { write: () => written++, ready: () => new Promise<void>(() => undefined) };
      const running = start(['tail', 'orders', '--from', 'start'], { stdout });
      await until(() => written > 0);
      running.closeOutput();
      expect((await running.ended).exitCode).toBe(0);
      // It waited for the output before it wrote the next line.
      expect(written).toBe(1);
    });
  });

  it('says that the connection is lost, and goes on where it was', async () => {
    await withFolder({}, async (dataDir) => {
      await withServer(
        async ({ server, place, start }) => {
          const running = start(['tail', 'orders', '--from', 'start', '--json']);
          await place(2);
          await until(() => running.out().split('\n').length === 3);
          await server.close();
          await until(() => running.err() !== '');
          const again = await startServer({ dataDir, port: Number(new URL(server.url).port) });
          try {
            await place(1);
            await until(() => running.out().split('\n').length === 4);
            running.stop();
            const { out, err } = await running.ended;
            expect(objectsOf(out)).toMatchObject(ofSeqs(1, 2, 3));
            expect(err).toMatch(/^connection lost \(.+\); connecting again\nconnected again\n$/);
          } finally {
            await again.close();
          }
        },
        { dataDir },
      );
    });
  });

  it('names missing messages', async () => {
    await withServer(async ({ place, run, queue }) => {
      await place(3);
      await queue.admin.purge('orders');
      const { out, err } = await run([...ALL.slice(0, 2), '--from', '1', '--no-follow']);
      expect([out, err]).toEqual([
        '',
        'warning: messages 1 to 3 are missing: retention or a purge removed them\n',
      ]);
    });
  });

  it('prints what does not match the contract that it is given, with a warning', async () => {
    await withServer(async ({ place, run }) => {
      await place(1);
      await withFolder({ 'contract.mjs': REFUSING_CONTRACT }, async (directory) => {
        const args = [...ALL, '--json', '--contract', './contract.mjs'];
        const { exitCode, out, err } = await run(args, { directory });
        expect([exitCode, objectsOf(out)]).toEqual([0, [expect.objectContaining({ seq: 1 })]]);
        expect(err).toMatch(/^warning: .*by this module.*\n$/);
      });
    });
  });

  it.each<[string, readonly string[], number, string]>([
    ['an unknown queue', ['order'], 3, 'There is no queue "order"'],
    ['an unknown event', ['orders', '--event', 'paid'], 3, 'has no event "paid"; it has placed, cancelled\n'],
    ['a seq that is not there yet', ['orders', '--from', '100'], 3, 'error: orders has no message 100 yet; '],
    ['a place that is none', ['orders', '--from', 'soon'], 64, 'error: --from "soon": allowed: start, now'],
    ['a count that is none', ['orders', '--count', '0'], 64, 'Write a number of messages: 10.\n'],
    ['no queue', [], 64, "missing required argument 'queue'\n"],
    [
      'a contract that is missing',
      ['orders', '--contract', './no.js'],
      66,
      'error: the contract: there is no',
    ],
  ])('refuses %s', async (...[, args, exitCode, text]) => {
    await withServer(async ({ run }) => {
      const result = await run(['tail', ...args]);
      expect(result).toMatchObject({ exitCode, out: '' });
      expect(result.err).toContain(text);
    });
  });

  it('shows only the events that a token may see, and says what to do without a token', async () => {
    await withServer(
      async ({ place, run }) => {
        await place(1);
        expect((await run([...ALL, '--token', 'correct-horse-battery'])).out).toContain(' 1 placed ');
        const { exitCode, err } = await run(ALL);
        expect([exitCode, err]).toEqual([
          4,
          expect.stringContaining('--token-file, QUEUE_TOKEN, or a profile.'),
        ]);
      },
      { keys: ['correct-horse-battery'] },
    );
  });
});

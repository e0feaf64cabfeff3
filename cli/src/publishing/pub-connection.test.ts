import { expect, it } from '@jest/globals';
import { until, withFolder, type Running } from '../run.fixture.js';
import { objectsOf, startServer, withServer, type Served } from '../served.fixture.js';

const order = (id: number): Buffer => Buffer.from(`{"id":"${id}","total":1}\n`);

/** Starts `pub`; lines are read when the test says so. */
const startPublishing = ({ start }: Served, ...options: readonly string[]) => {
  const lines: Buffer[] = [];
  const input = { isOver: false, wake: (): void => undefined };
  const chunks = (async function* () {
    while (!input.isOver || lines.length > 0) {
      const line = lines.shift();
      if (line === undefined) await new Promise<void>((resolve) => (input.wake = resolve));
      else yield line;
    }
  })();
  const stdin = { chunks, isTerminal: false };
  const running: Running = start(['pub', 'orders', 'placed', ...options], { stdin });
  return {
    running,
    read: (line: Buffer): void => {
      lines.push(line);
      input.wake();
    },
    end: (): void => {
      input.isOver = true;
      input.wake();
    },
  };
};

const stored = async ({ queue }: Served, count: number): Promise<void> => {
  for await (const { seq } of queue.tail('orders', { from: 'start' })) if (seq === count) break;
};

it('goes on over a restart of the server, and stores each line once', async () => {
  await withFolder({}, async (dataDir) => {
    await withServer(
      async (served) => {
        const { running, read, end } = startPublishing(served);
        read(order(1));
        await stored(served, 1);
        await served.server.close();
        await until(() => running.err() !== '');
        read(order(2));
        const again = await startServer({ dataDir, port: Number(new URL(served.server.url).port) });
        try {
          end();
          const { exitCode, out, err } = await running.ended;
          expect([exitCode, out]).toEqual([0, '2 messages stored in orders\n']);
          expect(err).toMatch(/^connection lost \(.+\); connecting again\nconnected again\n$/);
          const all = await served.run(['tail', 'orders', '--from', 'start', '--no-follow', '--json']);
          expect(objectsOf(all.out)).toMatchObject([{ payload: { id: '1' } }, { payload: { id: '2' } }]);
        } finally {
          await again.close();
        }
      },
      { dataDir },
    );
  });
});

it('says at Ctrl-C what was not sent while the server is away', async () => {
  await withServer(async (served) => {
    const { running, read } = startPublishing(served, '--timeout', '1', '--json');
    read(order(1));
    await stored(served, 1);
    await served.server.close();
    await until(() => running.err() !== '');
    read(order(2));
    // Read, when the generator is asked for the next one.
    await new Promise((resolve) => setImmediate(resolve));
    running.stop();
    const { exitCode, out, err } = await running.ended;
    expect(err).toContain(
      '1 stored; waiting for the receipts of 1 more, at most 1 s: Ctrl-C again does not wait\n',
    );
    expect([exitCode, objectsOf(out)]).toEqual([
      130,
      [expect.objectContaining({ stored: 1, unknown: 0, unsent: 1 })],
    ]);
  });
});

it('ends at a line that is refused, also while no other comes', async () => {
  await withServer(async (served) => {
    const { running, read } = startPublishing(served);
    read(order(1));
    await stored(served, 1);
    read(Buffer.from('{"id":1}\n'));
    const { exitCode, out, err } = await running.ended;
    expect([exitCode, out]).toEqual([65, '1 message stored in orders, 1 refused\n']);
    expect(err).toMatch(/^line 2: .+ \(payload_invalid\)\n$/);
  });
});

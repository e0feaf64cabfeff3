import { describe, expect, it } from '@jest/globals';
import { Authenticator } from '@typed-queue/program';
import { join } from 'node:path';
import { runIn, withFolder } from '../run.fixture.js';
import { objectsOf, withServer } from '../served.fixture.js';
import { answering, linesOf, withGroup } from './billing.fixture.js';

describe('queues', () => {
  it('lists them as a table, or as JSON', async () => {
    await withServer(async ({ place, run }) => {
      await place(3);
      const { exitCode, out } = await run(['queues']);
      expect(exitCode).toBe(0);
      expect(linesOf(out)).toEqual([
        ['QUEUE', 'MESSAGES', 'OLDEST', 'NEWEST', 'SIZE', 'GROUPS', 'TAILS', 'DEAD LETTERS'],
        ['orders', '3', '1', '3', expect.stringMatching(/ K?i?B$/), '0', '0', '0'],
        ['empty', '0', '-', '-', expect.any(String), '0', '0', '0'],
      ]);
      expect(objectsOf((await run(['queues', '--json'])).out)).toMatchObject([
        { queue: 'orders', firstSeq: 1, lastSeq: 3, deadLetters: { letters: 0 } },
        { queue: 'empty', lastSeq: 0 },
      ]);
    });
  });
});

describe('groups', () => {
  it.each([[['groups', 'list']], [['groups', 'list', 'orders']], [['groups']], [['groups', 'orders']]])(
    '%j lists them',
    async (args) => {
      await withServer(async (served) => {
        await withGroup(served, 4);
        const { exitCode, out } = await served.run(args);
        expect(exitCode).toBe(0);
        expect(linesOf(out)).toEqual([
          ['QUEUE', 'GROUP', 'STATE', 'MEMBERS', 'POSITION', 'LAG', 'UNSETTLED', 'AGE', 'DEAD LETTERS'],
          ['orders', 'billing', 'no members', '0', '5', '0', '0', '-', '2'],
        ]);
        expect(objectsOf((await served.run([...args, '--json'])).out)).toMatchObject([
          { queue: 'orders', group: 'billing', floor: 5, deadLetters: 2 },
        ]);
      });
    },
  );

  it('says that there is none', async () => {
    await withServer(async ({ run }) => {
      expect(await run(['groups', 'list', 'empty'])).toEqual({ exitCode: 0, out: '', err: 'no group\n' });
    });
  });

  it('are an error with a token that may see none of them', async () => {
    await withFolder({}, async (directory) => {
      const NEW = ['keys', 'new', 'reader', '--file', 'keys.json', '--allow', 'orders:tail'];
      const key = (await runIn(directory, NEW)).out.trim();
      const authenticator = await Authenticator.open({ keysFile: join(directory, 'keys.json') });
      await withServer(
        async ({ run }) => {
          const { exitCode, out, err } = await run(['groups', 'list', '--token', key]);
          expect([exitCode, out]).toEqual([4, '']);
          expect(err).not.toContain('no group');
        },
        { authenticator },
      );
    });
  });

  it('are paused, resumed, moved and deleted', async () => {
    await withServer(async (served) => {
      await withGroup(served, 3);
      const { run } = served;
      const group = async (): Promise<unknown> =>
        objectsOf((await run(['groups', 'list', 'orders', '--json'])).out)[0];
      expect((await run(['groups', 'pause', 'orders', 'billing'])).out).toBe(
        'paused: group "billing" of orders\n',
      );
      expect(await group()).toMatchObject({ paused: true });
      const resumed = await run(['groups', 'resume', 'orders', 'billing', '--json']);
      expect(objectsOf(resumed.out)).toEqual([{ queue: 'orders', group: 'billing', resumed: true }]);
      expect(await group()).toMatchObject({ paused: false });
      expect((await run(['groups', 'seek', 'orders', 'billing', '2', '--yes'])).out).toBe(
        'moved: group "billing" of orders, now at position 2\n',
      );
      expect(await group()).toMatchObject({ floor: 2, depth: 2 });
      const beyond = await run(['groups', 'seek', 'orders', 'billing', '9999999', '-y', '--json']);
      expect(objectsOf(beyond.out)).toEqual([
        { queue: 'orders', group: 'billing', moved: true, position: 4 },
      ]);
      await run(['groups', 'seek', 'orders', 'billing', 'now', '-y']);
      expect(await group()).toMatchObject({ floor: 4, depth: 0 });
      expect((await run(['groups', 'delete', 'orders', 'billing', '--yes'])).exitCode).toBe(0);
      expect(await group()).toBeUndefined();
    });
  });

  it('with members cannot be deleted', async () => {
    await withServer(async ({ queue, run }) => {
      await queue.subscribe('orders', { group: 'g' }, () => undefined).ready;
      const { exitCode, err } = await run(['groups', 'delete', 'orders', 'g', '--yes']);
      expect([exitCode, err]).toEqual([1, expect.stringContaining('Stop its consumers first')]);
    });
  });
});

describe('purge', () => {
  it('removes all messages', async () => {
    await withServer(async ({ place, run }) => {
      await place(3);
      expect((await run(['purge', 'orders', '--yes'])).out).toBe(
        'purged: the log of orders begins at 4 now\n',
      );
      const { out } = await run(['purge', 'orders', '--before', '2', '--yes', '--json']);
      expect(objectsOf(out)).toEqual([{ queue: 'orders', firstSeq: 4 }]);
    });
  });

  it('says that it has removed nothing', async () => {
    await withServer(async ({ place, run }) => {
      await place(3);
      expect((await run(['purge', 'orders', '--before', '2', '--yes'])).out).toBe(
        'nothing removed: the log of orders still begins at 1\n',
      );
    });
  });
});

describe('what asks before', () => {
  it('ends at Ctrl-C with its exit code, and changes nothing', async () => {
    await withServer(async ({ place, run }) => {
      await place(1);
      const { exitCode, out } = await run(['purge', 'orders'], {
        ...answering(''),
        ask: async () => undefined,
      });
      expect([exitCode, out]).toEqual([130, '']);
      expect(objectsOf((await run(['queues', '--json'])).out)).toContainEqual(
        expect.objectContaining({ queue: 'orders', firstSeq: 1, lastSeq: 1 }),
      );
    });
  });

  it.each<readonly string[]>([
    ['purge', 'orders'],
    ['groups', 'delete', 'orders', 'billing'],
    ['groups', 'seek', 'orders', 'billing', 'start'],
    ['dead', 'discard', 'orders'],
  ])('%s %s %s changes nothing without a yes', async (...args) => {
    await withServer(async (served) => {
      await withGroup(served, 2);
      const state = async (): Promise<readonly string[]> => [
        (await served.run(['queues', '--json'])).out,
        (await served.run(['groups', '--json'])).out,
      ];
      const before = await state();
      const silent = await served.run(args);
      expect(silent).toEqual({
        exitCode: 64,
        out: '',
        err: 'error: it asks before it changes anything, and there is no terminal: say --yes\n',
      });
      expect((await served.run(args, answering(''))).exitCode).toBe(1);
      expect(await state()).toEqual(before);
      expect((await served.run(args, answering('yes'))).exitCode).toBe(0);
      expect(await state()).not.toEqual(before);
    });
  });
});

describe('right and wrong arguments', () => {
  it.each<[readonly string[], number, string]>([
    [['queues', 'x'], 64, "error: too many arguments for 'queues'. Expected 0 arguments but got 1.\n"],
    [['queues', '--timeout', 'x'], 64, 'Write seconds'],
    [['groups', 'list', 'nope'], 3, '(queue_unknown)'],
    [
      ['groups', 'sek', 'orders', 'g', '2h'],
      64,
      'error: groups sek orders g 2h: "list" takes one queue at most',
    ],
    [['groups', 'lst'], 3, 'There is no queue "lst"'],
    [['dead', 'list', 'orders', '--group', 'typo'], 3, 'error: orders has no group "typo"'],
    [['dead', 'redrive', 'orders', '--group', 'typo'], 3, 'error: orders has no group "typo"'],
    [['dead', 'discard', 'orders', '--group', 'typo', '--yes'], 3, 'error: orders has no group "typo"'],
    [['dead', 'redrive', 'orders', '--position', '99'], 3, 'has no such dead letter at position 99'],
    [['groups', 'pause', 'orders'], 64, "error: missing required argument 'group'\n"],
    [['groups', 'pause', 'orders', 'nope'], 3, '(group_unknown) "typed-queue groups list" lists them.\n'],
    [['groups', 'seek', 'orders', 'g', 'soon', '--yes'], 64, 'error: <place> "soon": allowed: start, now'],
    [['groups', 'delete', 'orders', 'nope', '--yes'], 3, '(group_unknown)'],
    [['dead', 'list'], 64, "error: missing required argument 'queue'\n"],
    [['dead', 'list', 'nope'], 3, '(queue_unknown)'],
    [['dead', 'list', 'orders', '--since', '17'], 64, 'error: --since "17": allowed: a time'],
    ...['Rejected', 'sold-out', '', 'x'.repeat(64)].map((code): [readonly string[], number, string] => [
      ['dead', 'list', 'orders', '--code', code],
      64,
      'Write a code',
    ]),
    [
      ['dead', 'redrive', 'orders', '--code', 'soldout'],
      3,
      'error: orders declares no failure "soldout", and no dead letter matches; it declares sold_out\n',
    ],
    [['dead', 'list', 'empty', '--code', 'sold_out'], 3, 'it declares none'],
    [['dead', 'list', 'orders', '--position', '0'], 64, 'Write a position'],
    [['dead', 'list', 'orders', '--limit', '0'], 64, 'Write a number above 0.'],
    [['dead', 'show', 'orders', 'x'], 64, 'Write a position'],
    [['dead', 'redriv', 'orders'], 64, "error: unknown command 'redriv' (Did you mean redrive?)\n"],
    [['purge', 'orders', '--before', 'x', '--yes'], 64, 'Write a seq'],
    [['purge', 'nope', '--yes'], 3, '(queue_unknown)'],
  ])('%j', async (args, exitCode, text) => {
    await withServer(async ({ run }) => {
      const result = await run(args);
      expect(result).toMatchObject({ exitCode, out: '' });
      expect(result.err).toContain(text);
    });
  });
});

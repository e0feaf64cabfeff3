import { describe, expect, it } from '@jest/globals';
import type { Run } from '../run.fixture.js';
import { objectsOf, withServer } from '../served.fixture.js';
import { answering, linesOf, withGroup } from './billing.fixture.js';

describe('dead', () => {
  it('lists the dead letters that match', async () => {
    await withServer(async (served) => {
      await withGroup(served, 6);
      const list = async (...args: readonly string[]): Promise<Run> =>
        served.run(['dead', 'list', 'orders', ...args]);
      expect(linesOf((await list('--limit', '2')).out)).toEqual([
        ['POSITION', 'TIME', 'GROUP', 'SEQ', 'EVENT', 'CODE', 'REASON'],
        ['1', expect.any(String), 'billing', '2', 'placed', 'rejected', 'no such order bad-2\\u001b[2J'],
        ['2', expect.any(String), 'billing', '4', 'placed', 'rejected', 'no such order bad-4\\u001b[2J'],
      ]);
      expect((await list('--limit', '2')).err).toBe('there are more: --limit, or a filter\n');
      expect((await list('--limit', '3')).err).toBe('');
      const seqs = async (...args: readonly string[]): Promise<unknown> =>
        // Safe: dead letters have one.
        objectsOf((await list('--json', ...args)).out).map((letter) => (letter as { seq: number }).seq);
      expect(await seqs()).toEqual([2, 4, 6]);
      expect(await seqs('--reason', 'bad-4')).toEqual([4]);
      expect(await seqs('--kind', 'no such order bad-#\u001b[#J')).toEqual([2, 4, 6]);
      expect(await seqs('--kind', '')).toEqual([]);
      expect(await seqs('--position', '1', '--position', '3')).toEqual([2, 6]);
      expect(await seqs('--group', 'other')).toEqual([]);
      expect(await seqs('--code', 'attempts_exhausted')).toEqual([]);
      expect(await seqs('--since', '1h')).toEqual([2, 4, 6]);
      expect(await seqs('--until', '1h')).toEqual([]);
    });
  });

  it('lists, shows and redrives letters by the code of a declared failure', async () => {
    await withServer(async (served) => {
      await withGroup(served, 2);
      const events = ['cancelled'] as const;
      served.queue.subscribe('orders', { group: 'stock', events }, (_, { fail }) => {
        throw fail('sold_out', { left: 3 }, { reason: 'the last ones' });
      });
      await served.queue.publish('orders', 'cancelled', { id: '7' });
      while ((await served.queue.admin.deadLetterSummary('orders')).letters < 2);
      const { out } = await served.run(['dead', 'list', 'orders']);
      expect(linesOf(out).map((cells) => cells.slice(5))).toEqual([
        ['CODE', 'REASON', 'DATA'],
        ['rejected', 'no such order bad-2\\u001b[2J'],
        ['sold_out', 'the last ones', '{"left":3}'],
      ]);
      const chosen = await served.run(['dead', 'list', 'orders', '--code', 'sold_out', '--json']);
      expect(objectsOf(chosen.out)).toMatchObject([{ code: 'sold_out', data: { left: 3 } }]);
      const shown = await served.run(['dead', 'show', 'orders', '2']);
      expect(shown.out).toMatch(/\nfailure {5}[^\n]+: sold_out {"left":3}: the last ones\n/);
      const redriven = await served.run(['dead', 'redrive', 'orders', '--code', 'sold_out', '--dry-run']);
      expect(redriven.out).toBe('1 dead letter of orders would be redriven, 0 refused\n');
    });
  });

  it('names the fixed codes in the help', async () => {
    await withServer(async (served) => {
      const { out } = await served.run(['dead', 'redrive', '--help']);
      expect(out.replaceAll(/\s+/g, ' ')).toContain('"rejected", "attempts_exhausted", "contract_mismatch"');
    });
  });

  it('shows one with its history, or says that there is none', async () => {
    await withServer(async (served) => {
      await withGroup(served, 2);
      const { out } = await served.run(['dead', 'show', 'orders', '1']);
      expect(out).toContain('reason      no such order bad-2\\u001b[2J\n');
      expect(out).toMatch(/\nfailure {5}[^\n]+ rejected by /);
      expect(out).toContain('\npayload     {"id":"bad-2","total":1}\n');
      expect(objectsOf((await served.run(['dead', 'show', 'orders', '1', '--json'])).out)).toMatchObject([
        { position: 1, seq: 2, failures: [{ kind: 'rejected' }] },
      ]);
      const missing = await served.run(['dead', 'show', 'orders', '7']);
      expect([missing.exitCode, missing.err]).toEqual([
        3,
        'error: orders has no dead letter at position 7; "typed-queue dead list orders" lists them\n',
      ]);
    });
  });

  it('redrives, and only counts with --dry-run', async () => {
    await withServer(async (served) => {
      await withGroup(served, 4);
      const redrive = ['dead', 'redrive', 'orders', '--rate', '1000'];
      expect((await served.run([...redrive, '--dry-run'])).out).toBe(
        '2 dead letters of orders would be redriven, 0 refused\n',
      );
      expect((await served.run([...redrive, '--reason', 'bad-2'])).out).toBe(
        '1 dead letter of orders redriven, 0 refused\n',
      );
      expect(objectsOf((await served.run([...redrive, '--json'])).out)).toEqual([
        { queue: 'orders', dryRun: false, redriven: 1, refusedCount: 0, refused: [] },
      ]);
    });
  });

  it('says at Ctrl-C what was redriven until then', async () => {
    await withServer(async (served) => {
      await withGroup(served, 8);
      const left = async (): Promise<number> => served.queue.admin.discard('orders', { dryRun: true });
      const all = await left();
      const running = served.start(['dead', 'redrive', 'orders', '--rate', '1']);
      while ((await left()) === all);
      running.stop();
      const { exitCode, err } = await running.ended;
      expect(exitCode).toBe(130);
      expect(err).toMatch(/^error: stopped: [1-3] redriven so far, and perhaps those of the request/);
    });
  });

  it('names what cannot be redriven', async () => {
    await withServer(async (served) => {
      await withGroup(served, 2);
      await served.queue.admin.delete('orders', 'billing');
      const { exitCode, out, err } = await served.run(['dead', 'redrive', 'orders']);
      expect([exitCode, out]).toEqual([1, '0 dead letters of orders redriven, 1 refused\n']);
      expect(err).toMatch(/^position 1 of group "billing" cannot be redriven: .+ \(group_unknown\)\n$/);
    });
  });

  it('discards what it is allowed to, and only counts with --dry-run', async () => {
    await withServer(async (served) => {
      await withGroup(served, 6);
      const discard = ['dead', 'discard', 'orders'];
      expect((await served.run([...discard, '--dry-run'])).out).toBe(
        '3 dead letters of orders would be discarded\n',
      );
      const asked: string[] = [];
      expect((await served.run(discard, answering('no', asked))).exitCode).toBe(1);
      expect(asked).toEqual(['Discard 3 dead letters of orders permanently? [y/N] ']);
      expect((await served.run([...discard, '--reason', 'bad-2'], answering('y'))).out).toBe(
        '1 dead letter of orders discarded\n',
      );
      expect(objectsOf((await served.run([...discard, '--yes', '--json'])).out)).toEqual([
        { queue: 'orders', dryRun: false, discarded: 2 },
      ]);
    });
  });
});

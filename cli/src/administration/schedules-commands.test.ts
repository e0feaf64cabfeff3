import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import type { Machine } from '../machine.js';
import { inputOf, runIn } from '../run.fixture.js';
import { objectsOf, withServer } from '../served.fixture.js';
import { answering, linesOf } from './billing.fixture.js';

const ORDER = '{"id":"o-1","total":1}';
const WHERE = ['--queue', 'orders', '--event', 'placed'];
const YEARLY = ['schedules', 'put', 'yearly', '--cron', '0 0 1 1 *', ...WHERE];
const TERMINAL: Partial<Machine> = { stdin: { ...inputOf(), isTerminal: true } };

const unreadable = (): AsyncIterable<Uint8Array> =>
  Readable.from(
    (function* (): Generator<Uint8Array> {
      yield Buffer.from('{');
      throw new Error('it is a folder');
    })(),
  );

describe('schedules put', () => {
  it('makes a schedule, which is listed and deleted', async () => {
    await withServer(async ({ run }) => {
      const { exitCode, out, err } = await run([...YEARLY, ORDER]);
      expect([exitCode, err]).toEqual([0, '']);
      expect(out).toMatch(/^scheduled: yearly for orders, next at \d{4}-\d\d-\d\d \d\d:00:00\.000\n$/);
      for (const args of [[], ['orders']])
        expect(linesOf((await run(['schedules', 'list', ...args])).out)).toEqual([
          ['NAME', 'QUEUE', 'EVENT', 'CRON', 'TIME ZONE', 'MISSED', 'NEXT', 'LAST'],
          ['yearly', 'orders', 'placed', '0 0 1 1 *', 'UTC', 'once', expect.any(String), '-'],
        ]);
      expect((await run(['schedules', 'list', 'empty'])).err).toBe('no schedule\n');
      expect((await run(['schedules', 'delete', 'yearly', '--yes'])).out).toBe(
        'deleted: schedule "yearly"\n',
      );
      expect((await run(['schedules', 'list'])).err).toBe('no schedule\n');
    });
  });

  it('has the time zone, missed runs, key and headers that it is given, and replaces', async () => {
    await withServer(async ({ run }) => {
      await run([...YEARLY, ORDER]);
      const zone = ['--time-zone', 'Europe/Berlin', '--missed', 'all'];
      const given = [...zone, '--key', 'k', '--header', 'a=b', '--json'];
      const status = {
        name: 'yearly',
        timeZone: 'Europe/Berlin',
        missed: 'all',
        payload: { id: 'o-1', total: 1 },
        headers: { key: 'k', a: 'b' },
      };
      expect(objectsOf((await run([...YEARLY, ORDER, ...given])).out)).toMatchObject([status]);
      expect(objectsOf((await run(['schedules', 'list', '--json'])).out)).toMatchObject([status]);
    });
  });

  it.each([[['-']], [[]]])('takes all of standard input with %j', async (args) => {
    await withServer(async ({ run }) => {
      const stdin = inputOf('{"id":\n"ü",', '\n"total":2}\n');
      const { out } = await run([...YEARLY, ...args, '--json'], { stdin });
      expect(objectsOf(out)).toMatchObject([{ payload: { id: 'ü', total: 2 } }]);
    });
  });

  it.each<[string, readonly string[], number, string]>([
    ['with a text that is no JSON', ['{'], 65, 'the payload: it is not JSON'],
    ['without an input', ['-'], 65, 'the payload: it is not JSON'],
    ['with a wrong payload', ['{"id":1}'], 65, '(payload_invalid)'],
    ['with a wrong pattern', [ORDER, '--cron', '0 25 * * *'], 64, 'Invalid value for hour: 25'],
    ['with an unknown time zone', [ORDER, '--time-zone', 'Berlin'], 64, 'IANA name'],
    ['with an unknown queue', [ORDER, '--queue', 'other'], 3, '(queue_unknown)'],
    ['with an unknown event', [ORDER, '--event', 'other'], 3, '(event_unknown)'],
    ['for a call', [ORDER, '--queue', 'empty', '--event', 'count'], 3, '(event_unknown)'],
    ['with unknown missed runs', [ORDER, '--missed', 'some'], 64, 'Allowed choices are once, all, skip'],
  ])('%s is refused', async (_what, args, code, text) => {
    await withServer(async ({ run }) => {
      const { exitCode, err } = await run([...YEARLY, ...args]);
      expect([exitCode, err]).toEqual([code, expect.stringContaining(text)]);
    });
  });

  it.each<[string, Partial<Machine>, number, string]>([
    ['of a terminal', TERMINAL, 64, 'give the payload as JSON, or "-"'],
    ['that is no UTF-8', { stdin: inputOf(Buffer.from([0xff])) }, 65, 'the payload: it is not UTF-8'],
    ['that is too long', { stdin: inputOf(Buffer.alloc(3_000_000)) }, 65, 'the payload: it is longer than'],
    ['that cannot be read', { stdin: { chunks: unreadable(), isTerminal: false } }, 66, 'it is a folder'],
  ])('of an input %s is refused', async (_what, machine, code, text) => {
    const { exitCode, err } = await runIn('/', YEARLY, machine);
    expect([exitCode, err]).toEqual([code, expect.stringContaining(text)]);
  });

  it('needs a pattern', async () => {
    await withServer(async ({ run }) => {
      const { exitCode, err } = await run(['schedules', 'put', 'a', ...WHERE, ORDER]);
      expect([exitCode, err]).toEqual([64, "error: required option '--cron <pattern>' not specified\n"]);
    });
  });
});

describe('schedules delete', () => {
  it.each([
    ['y', 0, true],
    ['n', 1, false],
  ])('asks; after "%s" it ends with %i', async (answer, code, isDeleted) => {
    await withServer(async ({ run }) => {
      await run([...YEARLY, ORDER]);
      const asked: string[] = [];
      const { exitCode } = await run(['schedules', 'delete', 'yearly'], answering(answer, asked));
      expect(exitCode).toBe(code);
      expect(asked).toEqual(['Delete the schedule "yearly"? It publishes nothing more. [y/N] ']);
      const { out } = await run(['schedules', 'list', '--json']);
      expect(objectsOf(out)).toHaveLength(isDeleted ? 0 : 1);
    });
  });

  it('needs --yes where there is no terminal', async () => {
    await withServer(async ({ run }) => {
      const { exitCode, err } = await run(['schedules', 'delete', 'yearly']);
      expect([exitCode, err]).toEqual([64, expect.stringContaining('there is no terminal: say --yes')]);
    });
  });

  it('of one that does not exist is an error', async () => {
    await withServer(async ({ run }) => {
      const { exitCode, err } = await run(['schedules', 'delete', 'yearly', '--yes']);
      expect([exitCode, err]).toEqual([
        3,
        'error: there is no schedule "yearly". "typed-queue schedules list" lists them.\n',
      ]);
    });
  });
});

it('schedules list of a queue that does not exist is an error', async () => {
  await withServer(async ({ run }) => {
    const { exitCode, err } = await run(['schedules', 'list', 'other']);
    expect([exitCode, err]).toEqual([3, expect.stringContaining('(queue_unknown)')]);
  });
});

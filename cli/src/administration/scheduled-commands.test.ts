import { expect, it } from '@jest/globals';
import { objectsOf, withServer } from '../served.fixture.js';
import { linesOf } from './billing.fixture.js';

const LATER = ['pub', 'orders', 'placed', '{"id":"o-1","total":1}', '--key', 'o-1', '--deliver', '2h'];

it('a message for later is scheduled, listed, shown and cancelled', async () => {
  await withServer(async ({ run }) => {
    const published = await run([...LATER, '--json']);
    expect(published.err).toBe('');
    const [receipt] = objectsOf(published.out);
    const { id } = receipt as { readonly id: string };
    expect(receipt).toMatchObject({ dueAt: expect.any(Number), durability: 'memory' });
    expect(linesOf((await run(['scheduled', 'list', 'orders'])).out).map((line) => line.slice(-2))).toEqual([
      ['EVENT', 'ID'],
      ['placed', id],
    ]);
    expect(objectsOf((await run(['scheduled', 'show', 'orders', id, '--json'])).out)).toMatchObject([
      { id, payload: { id: 'o-1', total: 1 }, headers: { key: 'o-1' } },
    ]);
    expect((await run(['scheduled', 'show', 'orders', id])).out).toContain('header      key=o-1');
    expect((await run(['scheduled', 'cancel', 'orders', id])).out).toBe(`cancelled: ${id} of orders\n`);
    expect((await run(['scheduled', 'list', 'orders'])).err).toBe('nothing is scheduled\n');
  });
});

it.each(['show', 'cancel'])('%s of a message that does not wait is an error', async (verb) => {
  await withServer(async ({ run }) => {
    const { exitCode, err } = await run([
      'scheduled',
      verb,
      'orders',
      '00000000-0000-4000-8000-000000000000',
    ]);
    expect([exitCode, err]).toEqual([3, expect.stringContaining('waits: it was published or cancelled')]);
  });
});

it.each([
  [['--deliver', 'soon'], '--deliver "soon": allowed: a time'],
  [['--deliver', '2020-01-01'], '--deliver 2020-01-01 is over already'],
])('a message with %j is refused', async (args, text) => {
  await withServer(async ({ run }) => {
    const { exitCode, err } = await run(['pub', 'orders', 'placed', '{"id":"o-1","total":1}', ...args]);
    expect([exitCode, err]).toEqual([64, expect.stringContaining(text)]);
  });
});

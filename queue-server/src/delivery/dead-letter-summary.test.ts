import { describe, expect, it } from '@jest/globals';
import type { DeadLetter, DeadLetterQuery, DeadLetterSummary } from '@typed-queue/contracts';
import { deadLetterSummary } from './dead-letter-summary.js';

const letterAt = (position: number, more: Partial<DeadLetter> = {}): DeadLetter => ({
  position,
  group: 'g',
  time: 1_000 + position,
  code: 'rejected',
  reason: 'no address',
  epoch: 'e',
  seq: position,
  message: null,
  handouts: 1,
  failures: [],
  ...more,
});

/** The summary of these letters, and the queries that it took. */
const summarized = async (
  letters: readonly DeadLetter[],
  pageOf = 1_000,
): Promise<DeadLetterSummary & { readonly queries: readonly DeadLetterQuery[] }> => {
  const queries: DeadLetterQuery[] = [];
  const newest = letters.at(-1)?.position ?? 0;
  const summary = await deadLetterSummary({
    status: () => ({ letters: letters.length, bytes: 0, expired: 0, newest }),
    list: async (query) => {
      queries.push(query);
      const { after = 0, through = Infinity, limit = 100 } = query;
      const found = letters.filter(({ position }) => position > after && position <= through);
      const page = found.slice(0, Math.min(limit, pageOf));
      const next = page.length < found.length ? (page.at(-1)?.position ?? null) : null;
      return { letters: page, gaps: [], next };
    },
  });
  return { ...summary, queries };
};

describe('the summary of dead letters', () => {
  it('counts them by group, code and reason, the most frequent first', async () => {
    const {
      kinds,
      queries: _,
      ...rest
    } = await summarized([
      letterAt(1, { group: 'h' }),
      letterAt(2),
      letterAt(3, { code: 'attempts_exhausted' }),
      letterAt(5),
    ]);
    expect(rest).toEqual({ letters: 4, counted: 4, isPartial: false, others: 0 });
    expect(kinds[0]).toEqual({
      group: 'g',
      code: 'rejected',
      reason: 'no address',
      letters: 2,
      firstTime: 1_002,
      lastTime: 1_005,
      lastPosition: 5,
    });
    expect(kinds).toHaveLength(3);
  });

  it.each([
    ['line 12 of 1.5 MB', 'line # of # MB'],
    ['user 01890000-0000-7000-8000-00000000000A is gone', 'user # is gone'],
    ['object 507f1f77bcf86cd799439011 is gone', 'object # is gone'],
    ['defaced facade', 'defaced facade'],
  ])('takes "%s" as "%s"', async (reason, kind) => {
    expect((await summarized([letterAt(1, { reason })])).kinds).toMatchObject([{ reason: kind }]);
  });

  it('shows 200 characters of a reason, and no half of one', async () => {
    const { kinds } = await summarized([letterAt(1, { reason: '😀'.repeat(300) })]);
    expect(kinds).toMatchObject([{ reason: '😀'.repeat(200) }]);
  });

  it('shows 100 kinds, and how many letters are of others', async () => {
    const letters = Array.from({ length: 130 }, (_, index) => letterAt(index + 1, { group: `g${index}` }));
    const { kinds, others } = await summarized([...letters, letterAt(131, { group: 'g120' })]);
    expect([kinds.length, kinds[0]?.group, others]).toEqual([100, 'g120', 30]);
  });

  it('stops after ten pages, with the newest letters counted', async () => {
    const letters = Array.from({ length: 12_500 }, (_, index) => letterAt(index + 1));
    const { counted, isPartial, kinds } = await summarized(letters);
    expect([counted, isPartial, kinds[0]?.lastPosition, kinds[0]?.firstTime]).toEqual([
      10_000,
      true,
      12_500,
      1_000 + 2_501,
    ]);
  });

  it('finds few letters among many removed ones in few steps', async () => {
    const { counted, isPartial, queries } = await summarized([letterAt(1), letterAt(5_000_000)]);
    expect([counted, isPartial, queries.length < 20]).toEqual([2, false, true]);
  });

  it('is that of no letters', async () => {
    expect(await summarized([])).toEqual({
      letters: 0,
      counted: 0,
      isPartial: false,
      kinds: [],
      others: 0,
      queries: [],
    });
  });
});

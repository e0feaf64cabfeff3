import { beforeEach, describe, expect, it } from '@jest/globals';
import { HOUR } from '@typed-queue/contracts';
import { ALL, consumer, here, NAMES, operator, Orchard } from './orchard.fixture.js';

let orchard: Orchard;
beforeEach(() => {
  orchard = new Orchard();
});

describe('a queue of an overview', () => {
  it('has the figures of all its groups for its operator', async () => {
    orchard.set('apples', {
      lastSeq: 10,
      letters: 3,
      published: 5,
      groups: {
        a: { floor: 8, cursor: 9, unsettled: 1, members: [here, { away: true }] },
        b: { floor: 4, cursor: 11, unsettled: 4 },
      },
    });
    const { queues: rows } = await orchard.overviews.of({ limit: 1 }, operator);
    expect(rows).toEqual([
      {
        queue: 'apples',
        rights: ALL,
        rates: { published: 5, settled: 1 },
        depth: 4,
        oldestAgeMs: 996,
        messages: 10,
        bytes: 10,
        retention: { maxAgeMs: HOUR },
        deadLetters: 3,
        groups: 2,
        members: 1,
        tails: 2,
        differingClients: 3,
      },
    ]);
  });

  it('has for others only what they may see', async () => {
    orchard.set('apples', {
      lastSeq: 10,
      letters: 3,
      groups: { own: { floor: 10, cursor: 10 }, secret: { floor: 1, cursor: 1, members: [here] } },
    });
    const { queues: rows } = await orchard.overviews.of({}, consumer);
    expect(rows).toMatchObject([
      {
        depth: 1,
        oldestAgeMs: 990,
        deadLetters: 0,
        groups: 1,
        members: 0,
        tails: 0,
        differingClients: 0,
        rates: { settled: 0 },
      },
    ]);
  });

  it('has no age when everything is settled', async () => {
    orchard.set('apples', { lastSeq: 10, groups: { a: { floor: 11, cursor: 11 } } });
    expect((await orchard.overviews.of({ limit: 1 }, operator)).queues[0]?.oldestAgeMs).toBeNull();
  });

  it('is not read again while its oldest message is the same', async () => {
    orchard.set('apples', { lastSeq: 10, groups: { a: { floor: 4, cursor: 11, unsettled: 4 } } });
    await orchard.overviews.of({}, operator);
    orchard.now += 10_000;
    await orchard.overviews.of({}, operator);
    expect(orchard.reads).toEqual([4]);
  });
});

describe('the queues of an overview', () => {
  it('are those to which there is any right', async () => {
    expect([await orchard.names({}, operator), await orchard.names({}, consumer)]).toEqual([
      NAMES,
      ['apples'],
    ]);
  });

  it('come page by page', async () => {
    const first = await orchard.overviews.of({ limit: 2 }, operator);
    const second = await orchard.overviews.of({ limit: 2, after: first.next ?? '' }, operator);
    expect([first, second].map(({ queues: rows, next }) => [rows.length, next])).toEqual([
      [2, 'bananas'],
      [1, null],
    ]);
  });

  it('are found by a part of their names, in any case', async () => {
    expect(await orchard.names({ search: 'RR' }, operator)).toEqual(['cherries']);
  });

  it('begin with an exact match, then those that begin with the search, page by page', async () => {
    const rights = { ...operator, queues: ['a-job', 'b-job', 'job', 'job-x'] };
    expect([
      await orchard.names({ search: 'Job', limit: 3 }, rights),
      await orchard.names({ search: 'Job', limit: 3, after: 'a-job' }, rights),
    ]).toEqual([['job', 'job-x', 'a-job'], ['b-job']]);
  });

  it('are sorted by any figure, the most first, equal ones by name', async () => {
    orchard.set('bananas', { published: 9, letters: 1 });
    expect([
      await orchard.names({ order: 'published' }, operator),
      await orchard.names({ order: 'deadLetters', after: 'bananas', limit: 1 }, operator),
    ]).toEqual([['bananas', 'apples', 'cherries'], ['apples']]);
  });

  it('cannot begin after an unknown one', async () => {
    await expect(orchard.overviews.of({ after: 'bananas' }, consumer)).rejects.toMatchObject({
      code: 'request_invalid',
    });
  });

  it('are summed up whatever the page', async () => {
    orchard.set('apples', { letters: 2, published: 3, groups: { a: { members: [here] } } });
    orchard.set('bananas', { letters: 5, published: 4 });
    expect((await orchard.overviews.of({ limit: 1, search: 'apples' }, operator)).totals).toEqual({
      queues: 3,
      groups: 1,
      members: 1,
      deadLetters: 7,
      rates: { published: 7, settled: 3 },
    });
  });
});

describe('the server of an overview', () => {
  it('is shown to those who administer all queues', async () => {
    expect((await orchard.overviews.of({}, operator)).server).toEqual({
      version: '1.2.3',
      uptimeMs: 600,
      durability: 'memory',
      connections: 7,
      memory: { used: 40, budget: 100 },
    });
  });

  it('is hidden from all others', async () => {
    expect((await orchard.overviews.of({}, consumer)).server).toBeNull();
  });
});

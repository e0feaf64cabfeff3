import { describe, expect, it } from '@jest/globals';
import { QueryClient } from '@tanstack/react-query';
import type { Overview, OverviewQuery, QueueOverview } from '@typed-queue/contracts';
import { queueOf } from './queries.js';

const row = (queue: string): QueueOverview => ({
  queue,
  rights: { publish: true, consume: true, tail: true, admin: true },
  rates: { published: 0, settled: 0 },
  depth: 0,
  oldestAgeMs: null,
  messages: 0,
  bytes: 0,
  retention: {},
  deadLetters: 0,
  groups: 0,
  members: 0,
  tails: 0,
  differingClients: 0,
});

const totals = { queues: 1, groups: 0, members: 0, deadLetters: 0, rates: { published: 0, settled: 0 } };

describe('the figures of a queue', () => {
  const found = async (first: string) => {
    const asked: (OverviewQuery | undefined)[] = [];
    const overview = async (query?: OverviewQuery): Promise<Overview> => {
      asked.push(query);
      return { server: null, totals, queues: [row(first)], next: first, attention: [] };
    };
    const figures = await new QueryClient().query(queueOf({ admin: { overview } }, 'job'));
    return { figures, asked };
  };

  it('take one request for one row, however many queues have a similar name', async () => {
    expect((await found('job-1')).asked).toEqual([{ search: 'job', limit: 1 }]);
  });

  it('are those of the queue of exactly this name', async () => {
    expect((await found('job')).figures?.queue).toBe('job');
  });

  it('are null where only similar names are found', async () => {
    expect((await found('job-1')).figures).toBeNull();
  });
});

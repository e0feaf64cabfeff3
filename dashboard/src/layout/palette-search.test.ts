import { describe, expect, it } from '@jest/globals';
import { paletteEntries } from './palette-search.js';

const labels = (search: string, queues: readonly string[], groups: readonly string[] = []): string[] =>
  paletteEntries(search, queues, groups).map(({ label }) => label);

describe('the palette', () => {
  it('has pages and queues', () => {
    expect(labels('', ['files', 'orders'])).toEqual(['Overview', 'Contracts', 'files', 'orders']);
  });

  it('finds them by a part of their names, in any case', () => {
    expect(labels('OR', ['files', 'orders'])).toEqual(['orders']);
    expect(labels('contr', ['files'])).toEqual(['Contracts']);
  });

  it('shows an exact name first, then those that begin with the search', () => {
    const many = Array.from({ length: 30 }, (_, index) => `a-job-${index}`);
    expect(labels('job', [...many, 'job-x', 'job']).slice(0, 3)).toEqual(['job', 'job-x', 'a-job-0']);
    expect(labels('q/job', ['q'], [...many, 'job-x', 'job']).slice(0, 3)).toEqual([
      'q/job',
      'q/job-x',
      'q/a-job-0',
    ]);
  });

  it('finds the groups of the queue before the slash', () => {
    expect(paletteEntries('orders/bill', ['orders'], ['billing', 'audit'])).toEqual([
      { label: 'orders/billing', kind: 'group', to: '/queues/orders/groups/billing' },
    ]);
  });

  it('goes to groups whatever their names are', () => {
    expect(paletteEntries('orders/', [], ['a/b ?#'])).toMatchObject([
      { to: '/queues/orders/groups/a%2Fb%20%3F%23' },
    ]);
  });

  it('goes to a group whose name is a step in a path', () => {
    expect(paletteEntries('orders/', [], ['..'])).toMatchObject([{ to: '/queues/orders/groups/~..' }]);
  });

  it('is not longer than a page', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => `queue-${index}`);
    expect(labels('queue', many)).toHaveLength(20);
  });
});

import { describe, expect, it } from '@jest/globals';
import { paletteEntries, soughtBy, type Searched } from './palette-search.js';

const ALL = { publish: true, consume: true, tail: true, admin: true };
const UNREADABLE = { ...ALL, tail: false };

const rows = (...queues: readonly string[]): Searched['queues'] =>
  queues.map((queue) => ({ queue, rights: ALL }));

const NOTHING: Searched = { queues: [], groups: [], events: [], rights: ALL };

interface Place extends Partial<Searched> {
  readonly inView?: string;
}

const entries = (search: string, { inView, ...searched }: Place) =>
  paletteEntries(soughtBy(search, inView), { ...NOTHING, ...searched });

const labels = (search: string, place: Place): string[] => entries(search, place).map(({ label }) => label);

describe('the palette', () => {
  it('has pages and queues', () => {
    expect(labels('', { queues: rows('files', 'orders') })).toEqual([
      'Overview',
      'Contracts',
      'Schedules',
      'files',
      'orders',
    ]);
  });

  it('finds them by a part of their names, in any case', () => {
    expect(labels('OR', { queues: rows('files', 'orders') })).toEqual(['orders']);
    expect(labels('contr', { queues: rows('files') })).toEqual(['Contracts']);
  });

  it('shows an exact name first, then those that begin with the search', () => {
    const many = Array.from({ length: 30 }, (_, index) => `a-job-${index}`);
    const names = [...many, 'job-x', 'job'];
    expect(labels('job', { queues: rows(...names) }).slice(0, 3)).toEqual(['job', 'job-x', 'a-job-0']);
    expect(labels('q/job', { groups: names }).slice(0, 3)).toEqual(['q/job', 'q/job-x', 'q/a-job-0']);
  });

  it('finds the groups of the queue before the slash', () => {
    expect(entries('orders/bill', { queues: rows('orders'), groups: ['billing', 'audit'] })).toEqual([
      { label: 'orders/billing', kind: 'group', to: '/queues/orders/groups/billing' },
    ]);
  });

  it('finds the groups and events of the queue in view, beside its queue', () => {
    const place = {
      inView: 'orders',
      queues: rows('orders'),
      groups: ['ord-mail'],
      events: ['reordered', 'paid'],
    };
    expect(labels('ord', place)).toEqual(['orders', 'orders/ord-mail', 'orders/reordered']);
    expect(labels('orders', place)).toEqual(['orders']);
  });

  it('finds the pages of a queue that the viewer may see', () => {
    expect(entries('dead', { inView: 'orders' })).toEqual([
      { label: 'orders/Dead letters', kind: 'page', to: '/queues/orders/dead-letters' },
    ]);
    expect(entries('orders/sched', {})).toMatchObject([{ to: '/queues/orders/scheduled' }]);
    expect(entries('orders/calls', {})).toMatchObject([{ to: '/queues/orders/calls' }]);
    expect(entries('orders/calls', { rights: { ...ALL, admin: false } })).toEqual([]);
  });

  it('leads from an event to its messages', () => {
    expect(entries('orders/pl', { events: ['placed #1'] })).toEqual([
      { label: 'orders/placed #1', kind: 'event', to: '/queues/orders?event=placed+%231' },
    ]);
  });

  it('leads from an event to the contract, for who may read no messages', () => {
    expect(entries('orders/pl', { events: ['placed'], rights: UNREADABLE })).toMatchObject([
      { to: '/queues/orders/contract' },
    ]);
  });

  it.each(['orders 12', 'orders:12', 'orders #12', 'orders#12', ' orders/12 '])(
    '%s is a message',
    (search) => {
      expect(entries(search, { queues: rows('orders') })).toEqual([
        { label: 'orders #12', kind: 'message', to: '/queues/orders/messages/12' },
      ]);
    },
  );

  it.each(['12', '#12'])('%s is a message of the queue in view', (search) => {
    expect(labels(search, { inView: 'orders' })).toEqual(['orders #12']);
  });

  it.each(['orders 0', 'orders 1e3', 'orders -1', 'orders 9007199254740993'])(
    '%s is no message',
    (search) => {
      expect(labels(search, { queues: rows('orders') })).toEqual([]);
    },
  );

  it('has no message for who may read none', () => {
    expect(labels('orders 12', { queues: rows('orders'), rights: UNREADABLE })).toEqual([]);
  });

  it('finds a queue whose name ends with digits', () => {
    expect(labels('job-7', { queues: rows('job-7') })).toEqual(['job-7']);
  });

  it('goes to groups whatever their names are', () => {
    expect(entries('orders/', { groups: ['a/b ?#'] })).toMatchObject([
      { to: '/queues/orders/groups/a%2Fb%20%3F%23' },
    ]);
  });

  it('goes to a group whose name is a step in a path', () => {
    expect(entries('orders/', { groups: ['..'] })).toMatchObject([{ to: '/queues/orders/groups/~..' }]);
  });

  it('is not longer than a page', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => `queue-${index}`);
    expect(labels('queue', { queues: rows(...many) })).toHaveLength(20);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { EventDifference } from '@typed-queue/contracts/compatibility';
import { MemoryBudget } from '../access/budget.js';
import { ContractReports, type Reporter } from './contract-reports.js';

const added: EventDifference = { event: 'placed', verdict: 'both' };
const clashing: EventDifference = {
  event: 'cancelled',
  verdict: 'neither',
  pointer: '/properties/id',
  rule: 'type',
};
const unknownEvent: EventDifference = {
  event: 'paid',
  verdict: 'writable',
  pointer: '',
  rule: 'event-removed',
};

const budget = new MemoryBudget(1024 * 1024);
const clientNamed = (client: string, account: Reporter['account'] = budget.open()): Reporter => ({
  client,
  principal: 'ci',
  account,
  uses: (queue) => ({ groups: [`${queue}-group`], tails: 1 }),
});

const open = () => {
  const clock = { time: 1_000 };
  const reports = new ContractReports(() => clock.time);
  const report = (client: Reporter, ...events: readonly EventDifference[]): void =>
    reports.report('orders', client, { hash: `hash of ${client.client}`, events });
  const names = (): readonly string[] => reports.clientsOf('orders').clients.map(({ client }) => client);
  return { clock, reports, report, names };
};

describe('the report of a client', () => {
  it('is shown with who it is, what it uses, and when it reported', () => {
    const { reports, report } = open();
    report(clientNamed('a'), added, clashing);
    expect(reports.clientsOf('orders')).toEqual({
      clients: [
        {
          client: 'a',
          principal: 'ci',
          groups: ['orders-group'],
          tails: 1,
          time: 1_000,
          hash: 'hash of a',
          clash: true,
          events: [clashing, added],
          otherEvents: 0,
        },
      ],
      others: 0,
    });
  });

  it('is shown of its queue alone', () => {
    const { reports, report } = open();
    report(clientNamed('a'), added);
    expect(reports.clientsOf('mails')).toEqual({ clients: [], others: 0 });
    expect(reports.countOf('mails')).toBe(0);
  });

  it('replaces the one before, and keeps its time', () => {
    const { clock, reports, report } = open();
    const client = clientNamed('a');
    report(client, clashing);
    clock.time = 2_000;
    report(client, added);
    expect(reports.clientsOf('orders').clients).toMatchObject([
      { time: 1_000, clash: false, events: [added] },
    ]);
  });

  it('of no difference takes the one before away', () => {
    const { reports, report } = open();
    const client = clientNamed('a');
    report(client, clashing);
    report(client);
    expect(reports.countOf('orders')).toBe(0);
  });

  it('goes with its client, and so does its memory', () => {
    const own = new MemoryBudget(1024 * 1024);
    const { reports, report } = open();
    const client = clientNamed('a', own.open());
    report(client, clashing);
    expect(own.used).toBeGreaterThan(0);
    reports.forget(client);
    expect(own.used).toBe(0);
    expect(reports.countOf('orders')).toBe(0);
  });

  it('is not kept when the server has no memory for it', () => {
    const { reports, report } = open();
    report(clientNamed('a', new MemoryBudget(100).open()), clashing);
    expect(reports.countOf('orders')).toBe(0);
  });

  it('keeps 20 events, those that clash first', () => {
    const { reports, report } = open();
    const many = Array.from({ length: 30 }, (_, index) => ({ ...added, event: `e${index}` }));
    report(clientNamed('a'), ...many, clashing);
    const [client] = reports.clientsOf('orders').clients;
    expect(client?.events).toHaveLength(20);
    expect(client?.events[0]).toEqual(clashing);
    expect(client?.otherEvents).toBe(11);
  });

  it('is no clash where only the server has the event', () => {
    const { reports, report } = open();
    report(clientNamed('a'), unknownEvent);
    expect(reports.clientsOf('orders').clients).toMatchObject([{ clash: false }]);
    expect(reports.clashesOf('orders')).toBe(0);
  });

  it('counts as a clash of its queue', () => {
    const { reports, report } = open();
    report(clientNamed('a'), added, clashing);
    report(clientNamed('b'), added);
    expect([reports.clashesOf('orders'), reports.clashesOf('mails')]).toEqual([1, 0]);
  });
});

describe('the clients of a queue', () => {
  it('are ordered: those that clash first, then those that reported first', () => {
    const { clock, report, names } = open();
    for (const [client, difference] of [
      ['harmless', added],
      ['clashing', clashing],
      ['clashing later', clashing],
    ] as const) {
      report(clientNamed(client), difference);
      clock.time++;
    }
    expect(names()).toEqual(['clashing', 'clashing later', 'harmless']);
  });

  it('are listed up to 100, and the others counted', () => {
    const { reports, report, names } = open();
    for (let n = 0; n < 103; n++) report(clientNamed(`c${n}`), added);
    expect(names()).toHaveLength(100);
    expect(reports.clientsOf('orders').others).toBe(3);
    expect(reports.countOf('orders')).toBe(103);
  });
});

import { describe, expect, it } from '@jest/globals';
import { countOutcome, GroupCounts, OTHER_GROUPS } from './group-counts.js';

const counted = (groups: number): GroupCounts => {
  const counts = new GroupCounts();
  for (let group = 1; group <= groups; group++) counts.of('files', `g${group}`).delivered++;
  return counts;
};

describe('the counts of groups', () => {
  it('are separate for each group and queue', () => {
    const counts = counted(2);
    counts.of('database', 'g1').acked = 5;
    expect(counts.labelled('files').map(({ label, count }) => [label, count.delivered])).toEqual([
      ['g1', 1],
      ['g2', 1],
    ]);
    expect(counts.labelled('database')).toMatchObject([{ label: 'g1', count: { acked: 5, delivered: 0 } }]);
    expect(counts.labelled('unknown')).toEqual([]);
  });

  it('have 100 names in a queue: all further groups are counted together', () => {
    const labelled = counted(1_000).labelled('files');
    expect(labelled).toHaveLength(101);
    expect(labelled.at(-1)).toMatchObject({ label: OTHER_GROUPS, count: { delivered: 900 } });
  });

  it('keep the name of a group, and the count of all others, when another was deleted', () => {
    const counts = counted(101);
    counts.forget('files', 'g7');
    counts.of('files', 'g101').delivered++;
    expect(counts.labelOf('files', 'g101')).toBe('g101');
    expect(counts.labelOf('files', 'g102')).toBe(OTHER_GROUPS);
    const others = counts.labelled('files').at(-1);
    expect(others).toMatchObject({ label: OTHER_GROUPS, count: { delivered: 1 } });
  });

  it('have declared failures by code, whether their messages are retried or dead-lettered', () => {
    const count = new GroupCounts().of('files', 'g');
    const failure = { code: 'mail_down' };
    countOutcome(count, { kind: 'retry', failure }, 2);
    countOutcome(count, { kind: 'dead-letter', failure }, 1);
    countOutcome(count, { kind: 'dead-letter', failure: { code: 'sold_out' } }, 4);
    countOutcome(count, { kind: 'retry', failure: { code: 'refused' } }, 0);
    countOutcome(count, { kind: 'retry' }, 8);
    expect([...count.failures]).toEqual([
      ['mail_down', 3],
      ['sold_out', 4],
    ]);
    expect(count.retried).toBe(10);
  });
});

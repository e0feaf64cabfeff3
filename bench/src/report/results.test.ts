import { describe, expect, it } from '@jest/globals';
import type { Outcome } from '../bench.js';
import { measureNamed, peerNamed } from '../measures/measures.fixture.js';
import type { Run } from '../measures/run.js';
import type { Workload } from '../measures/workload.js';
import { resultsOf } from './results.js';

const workload: Workload = { kind: 'start' };
const measure = measureNamed('m', workload);
const peer = peerNamed('a');

const runOf = (perSecond: number, publisher: number): Run => ({
  figures: { perSecond },
  cpuUs: { publisher, broker: 2, subscriber: 3 },
  lost: 0,
  duplicates: 1,
});
const measured = (run: Run): Outcome => ({
  kind: 'measured',
  run,
  peer,
  workload,
  measures: [measure],
  round: 1,
});
const failed: Outcome = {
  kind: 'failed',
  reason: 'lost',
  peer,
  workload,
  measures: [measure],
  round: 1,
};

describe('results', () => {
  it('are medians over the rounds, of rates and of CPU time', () => {
    const outcomes = [measured(runOf(10, 5)), measured(runOf(30, 7)), measured(runOf(20, 6))];
    expect(resultsOf([measure], outcomes)[0]?.rows[0]).toMatchObject({
      peer: 'a',
      median: 20,
      lowest: 10,
      highest: 30,
      rounds: [10, 30, 20],
      duplicates: 3,
      cpuUs: { publisher: 6, broker: 2, subscriber: 3 },
    });
  });

  it('do not count rounds that failed, and say why they failed', () => {
    expect(resultsOf([measure], [measured(runOf(10, 5)), failed])[0]?.rows[0]).toMatchObject({
      rounds: [10],
      failures: ['lost'],
    });
  });

  it('have only peers that had a turn', () => {
    expect(
      resultsOf([measure, measureNamed('n', workload)], [failed]).map(({ rows }) => rows.length),
    ).toEqual([1, 0]);
  });
});

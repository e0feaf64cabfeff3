import { expect, it } from '@jest/globals';
import { measureResult, row } from './results.fixture.js';
import { tableOf } from './table.js';

it('has a line for each peer, with its median, range and CPU time', () => {
  const cpuUs = { publisher: 4.2, broker: 5.84, subscriber: 2.7 };
  const own = row('typed-queue', 124_200, { lowest: 122_500, highest: 139_800, cpuUs });
  const lines = tableOf(measureResult([own, row('peer', 40_200)])).split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[2]).toContain('| typed-queue       | fdatasync          | 124,200    | 122,500 – 139,800 |');
  expect(lines[2]).toContain('| 4.2 / 5.84 / 2.7 ');
});

it('has columns of one width', () => {
  const lines = tableOf(measureResult([row('a', 1), row('a longer name of a peer', 2)])).split('\n');
  expect(new Set(lines.map(({ length }) => length)).size).toBe(1);
});

it('says which rounds failed, and which messages came twice', () => {
  const table = tableOf(measureResult([row('peer', 1, { failures: ['lost', 'lost'], duplicates: 3 })]));
  expect(table).toContain('2 rounds failed, 3 duplicates');
});

it('has no figure of a peer whose rounds all failed', () => {
  const none = row('peer', NaN, { rounds: [], lowest: Infinity, highest: -Infinity, failures: ['lost'] });
  expect(tableOf(measureResult([none]))).toContain('| –          | – – – ');
});

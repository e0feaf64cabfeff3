import { describe, expect, it } from '@jest/globals';
import { exposition } from './exposition.js';
import { Histogram } from './histogram.js';

const linesOf = async (...metrics: Parameters<typeof exposition>[0]): Promise<readonly string[]> =>
  (await exposition(metrics)).text.split('\n');

describe('the exposition of metrics', () => {
  it('has the content type of Prometheus', async () => {
    expect((await exposition([])).contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('has what a counter and a gauge are for, and their values by label', async () => {
    const labels = ['queue'];
    const series = [{ labels: { queue: 'a"b' }, value: 3 }];
    const lines = await linesOf(
      { kind: 'counter', name: 'sent_total', help: 'Sent.', labels, series },
      { kind: 'gauge', name: 'depth', help: 'Depth.', labels: [], series: [{ labels: {}, value: 7 }] },
    );
    expect(lines).toEqual(
      expect.arrayContaining([
        '# HELP sent_total Sent.',
        '# TYPE sent_total counter',
        String.raw`sent_total{queue="a\"b"} 3`,
        '# TYPE depth gauge',
        'depth 7',
      ]),
    );
  });

  it('has the values of a histogram that were counted before, up to each bound', async () => {
    const histogram = new Histogram([1, 10]);
    for (const value of [0.5, 1, 4, 100]) histogram.observe(value);
    const series = [{ labels: { of: 'x' }, histogram }];
    const lines = await linesOf({ kind: 'histogram', name: 'size', help: 'Size.', labels: ['of'], series });
    expect(lines.slice(0, 7)).toEqual([
      '# HELP size Size.',
      '# TYPE size histogram',
      'size_bucket{le="1",of="x"} 2',
      'size_bucket{le="10",of="x"} 3',
      'size_bucket{le="+Inf",of="x"} 4',
      'size_sum{of="x"} 105.5',
      'size_count{of="x"} 4',
    ]);
  });

  it('has those of the process once, however many servers it has', async () => {
    await exposition([]);
    const lines = await linesOf();
    expect(lines.filter((line) => line.startsWith('# TYPE nodejs_eventloop_lag_p99_seconds'))).toHaveLength(
      1,
    );
  });
});

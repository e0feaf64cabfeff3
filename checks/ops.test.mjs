import { beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApi } from '@typed-queue/api-server/testing';
import { call, contract as system, defineQueue, event } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { startTestServer } from '@typed-queue/queue-server/testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { namesIn } from './promql.fixture.mjs';

const { fetch } = globalThis;
const root = join(import.meta.dirname, '..');
const textOf = (path) => readFileSync(join(root, path), 'utf8');

const SERVERS = ['queue-server', 'api-server'];
/** What Prometheus adds to everything that it scrapes. */
const SCRAPED = { up: [] };
const TARGET_LABELS = ['job', 'instance'];
/** What only a server exports that shares its queues with others. */
const OF_A_CLUSTER = { typed_queue_reachable: ['messaging_destination_name'] };

/** The labels of each series of a scrape, by its name, and the names of the metrics. */
const parsed = (text) => {
  const metrics = [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name);
  const series = Object.fromEntries(metrics.map((name) => [name, []]));
  for (const [, name, labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const names = [...labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)].map(([, label]) => label);
    series[name] = [...new Set([...(series[name] ?? []), ...names])];
  }
  return { metrics, series };
};

const orders = defineQueue('orders', {
  events: {
    placed: event(z.strictObject({}), { failures: { sold_out: { retry: false } } }),
    count: call({ input: z.int(), output: z.int() }),
  },
});
const contract = { ...system, orders };

/** Something of everything that is measured. */
const scrapeAll = async () => {
  const server = await startTestServer({ contract });
  const api = await startTestApi({ queue: { url: server.url } });
  const queue = connect(contract, { url: server.url });
  const consumed = new Promise((resolve) => {
    queue.subscribe('files', { group: 'ops' }, resolve);
  });
  await queue.publish('files', 'save', { path: 'a', bytes: 1, sha256: 'b', durationMs: 1 });
  await consumed;
  const failed = new Promise((resolve) => {
    queue.on('dead-letter', resolve);
  });
  queue.subscribe('orders', { group: 'ops' }, (_, { fail }) => {
    throw fail('sold_out');
  });
  await queue.publish('orders', 'placed', {});
  await failed;
  await queue.serve('orders', { count: (orders) => orders }).ready;
  await queue.call('orders', 'count', 1);
  await queue.admin.seek('files', 'unknown', 'start').catch(() => undefined);
  await fetch(`${api.url}/livez`);
  const texts = [];
  for (const { url } of [server, api]) {
    texts.push(await (await fetch(`${url}/metrics`, { headers: { connection: 'close' } })).text());
  }
  await queue.close();
  await api.close();
  await server.close();
  return texts.map(parsed);
};

/** The rows of the table of metrics in a README: the labels of each. */
const documented = (folder) =>
  Object.fromEntries(
    [...textOf(`${folder}/README.md`).matchAll(/^\| `(\w+\*?)` +\| ([^|]*?) +\|/gm)].map(
      ([, name, labels]) => [name, [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label)],
    ),
  );

/** Whether a name is in a table, or begins as a row that ends with `*`. */
const isIn = (table, name) =>
  Object.keys(table).some((row) => (row.endsWith('*') ? name.startsWith(row.slice(0, -1)) : row === name));

let scraped;
let series;
beforeAll(async () => {
  scraped = await scrapeAll();
  series = Object.assign({ ...SCRAPED, ...OF_A_CLUSTER }, ...scraped.map((each) => each.series));
});

const alerts = parse(textOf('ops/alerts.yml')).groups.flatMap(({ rules }) => rules);
const dashboard = JSON.parse(textOf('ops/dashboard.json'));
const targets = dashboard.panels.flatMap((panel) => panel.targets ?? []);
const variables = dashboard.templating.list.filter(({ type }) => type === 'query');

const legendsOf = (text) =>
  [...text.matchAll(/\{\{\s*(?:\$labels\.)?(\w+)\s*\}\}/g)].map(([, label]) => label);

/** Everything with an expression, and the labels that its texts show. */
const expressions = [
  ...alerts.map(({ alert, expr, annotations }) => ({
    name: alert,
    expr,
    shown: Object.values(annotations).flatMap(legendsOf),
  })),
  ...targets.map(({ expr, legendFormat }) => ({ name: expr, expr, shown: legendsOf(legendFormat) })),
];

describe('the alert rules and the dashboard', () => {
  it.each(expressions)('name only metrics and labels that are exported: $name', ({ expr, shown }) => {
    const { selectors, groupings } = namesIn(expr);
    expect(selectors.filter(({ metric }) => series[metric] === undefined)).toEqual([]);
    for (const { metric, labels } of selectors) {
      expect(labels.filter((label) => ![...series[metric], ...TARGET_LABELS].includes(label))).toEqual([]);
    }
    const known = [...selectors.flatMap(({ metric }) => series[metric]), ...TARGET_LABELS];
    expect(groupings.filter((label) => !known.includes(label))).toEqual([]);
    const left = groupings.length > 0 ? groupings : known;
    expect(shown.filter((label) => !left.includes(label))).toEqual([]);
  });

  const ofOutbox = expressions.filter(({ expr }) => expr.includes('typed_queue_outbox_'));
  const perProcess = ['typed_queue_outbox_leader'];

  it('ask the outbox, which all processes of an API share, once for all of them', () => {
    expect(ofOutbox.length).toBeGreaterThan(6);
    const shared = ofOutbox.filter(({ expr }) => !perProcess.includes(expr));
    const once = /^(?:max|sum)(?: by \(job\) )?\(/;
    expect(shared.filter(({ expr }) => !once.test(expr)).map(({ expr }) => expr)).toEqual([]);
    expect(shared.filter(({ shown }) => shown.includes('instance')).map(({ name }) => name)).toEqual([]);
  });

  it.each(variables)('offer for $name what is exported', ({ query }) => {
    const [, metric, label] = /^label_values\((\w+), (\w+)\)$/.exec(query);
    expect([...series[metric], ...TARGET_LABELS]).toContain(label);
  });

  it('are complete: each rule has a severity, a summary and what to do', () => {
    expect(alerts.length).toBeGreaterThan(10);
    for (const { alert, labels, annotations } of alerts) {
      expect(alert).toMatch(/^TypedQueue[A-Z]/);
      expect(['critical', 'warning', 'info']).toContain(labels.severity);
      expect(Object.keys(annotations)).toEqual(['summary', 'description']);
    }
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });

  it('show all that is measured of queues, groups and the outbox', () => {
    const used = new Set(
      expressions.flatMap(({ expr }) => namesIn(expr).selectors.map(({ metric }) => metric)),
    );
    const own = Object.keys(series).filter((name) => /^(typed_queue|messaging)_/.test(name));
    const withoutParts = own.filter((name) => !/_(bucket|sum|count)$/.test(name));
    const isUsed = (name) => [name, `${name}_bucket`, `${name}_count`].some((each) => used.has(each));
    expect(withoutParts.filter((name) => !isUsed(name))).toEqual([]);
  });
});

describe.each(SERVERS)('the README of %s', (folder) => {
  const table = documented(folder);
  const of = () => scraped[SERVERS.indexOf(folder)];

  it('lists every metric that is exported, and no other', () => {
    const { metrics } = of();
    expect(metrics.filter((name) => !isIn(table, name))).toEqual([]);
    const rows = Object.keys(table).filter((row) => /^(typed_queue|messaging|http)_/.test(row));
    const known = [...metrics, ...Object.keys(OF_A_CLUSTER)];
    expect(rows.filter((row) => !known.includes(row))).toEqual([]);
  });

  it('lists the labels of each', () => {
    const { metrics } = of();
    const own = metrics.filter((name) => table[name] !== undefined);
    const labelsOf = (name) => [...series[name], ...(series[`${name}_count`] ?? [])].sort();
    expect(Object.fromEntries(own.map((name) => [name, [...table[name]].sort()]))).toEqual(
      Object.fromEntries(own.map((name) => [name, labelsOf(name)])),
    );
  });
});

describe('the reader of expressions', () => {
  it('finds metrics, and the labels of selectors and groupings, but neither functions nor durations', () => {
    const expr =
      'histogram_quantile(0.9, sum by (a, le) (rate(x_bucket{b=~"c{", d="e"}[5m]))) > 1e3 and y == 0 offset 1h';
    expect(namesIn(expr)).toEqual({
      selectors: [
        { metric: 'x_bucket', labels: ['b', 'd'] },
        { metric: 'y', labels: [] },
      ],
      groupings: ['a', 'le'],
    });
  });
});

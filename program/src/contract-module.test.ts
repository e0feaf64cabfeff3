import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadContract } from './contract-module.js';

const schema = "{ '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } }";
const queue = (name: string, events = `{ placed: ${schema} }`): string =>
  `{ name: '${name}', events: ${events}, retention: {} }`;
const exporting = (contract: string): string => `export const contract = ${contract};`;

/** The packages and modules in the user's working directory. */
const files = {
  'good.js': exporting(`{ orders: ${queue('orders')}, refunds: ${queue('refunds')} }`),
  'nested/good.mjs': exporting(`{ nested: ${queue('nested')} }`),
  'callable.js': exporting(`{ orders: ${queue('orders', `{ placed: Object.assign(() => 1, ${schema}) }`)} }`),
  'node_modules/@acme/queues/package.json': '{ "type": "module", "exports": { "default": "./built.js" } }',
  'node_modules/@acme/queues/built.js': exporting(`{ acme: ${queue('acme')} }`),
  'node_modules/closed/package.json': '{ "type": "module", "exports": {} }',
  'nothing.js': 'export {};',
  'other.js': 'export const queues = {}; export const files = {};',
  'throws.js': "throw new Error('the first line\\nthe second');",
  'throws-list.js': "throw new Error('1 error:\\nat line 3');",
  'throws-text.js': "throw 'a text';",
  'misspelt.js': 'export const = 1;',
  'needy.js': "import 'a-package-that-is-not-there';",
  'text.js': exporting("'orders'"),
  'list.js': exporting('[]'),
  'null.js': exporting('null'),
  'empty.js': exporting('{}'),
  'no-queue.js': exporting('{ orders: { placed: 1 } }'),
  'no-schema.js': exporting(`{ orders: ${queue('orders', "{ placed: { type: 'object' } }")} }`),
  'misnamed.js': exporting(`{ orders: ${queue('refunds')} }`),
  'escaping.js': exporting(`{ '../../etc': ${queue('../../etc')} }`),
  'no-events.js': exporting(`{ orders: ${queue('orders', '{}')} }`),
  'dead-letters.js': exporting(
    `{ orders: { name: 'orders', events: { placed: ${schema} }, retention: {}, deadLetters: { maxAgeMs: 7 } } }`,
  ),
  'versions.js': exporting(
    `{ orders: { name: 'orders', events: { placed: ${schema} }, retention: {}, versions: { placed: [{ schema: ${schema}, upcast: () => 7 }] } } }`,
  ),
  'failures.js': exporting(
    `{ orders: { name: 'orders', events: { placed: ${schema}, sent: ${schema} }, retention: {}, failures: [{ event: 'placed', code: 'sold_out', retry: false, data: ${schema} }, { event: 'placed', code: 'mail_down', retry: true, retryDelaysMs: [50] }] } }`,
  ),
  'calls.js': exporting(
    `{ stock: { name: 'stock', events: {}, calls: { reserve: { input: ${schema}, output: ${schema}, answering: { kind: 'once', idempotent: true }, timeoutMs: 7 }, rows: { input: ${schema}, output: ${schema}, answering: { kind: 'stream' }, timeoutMs: 8 } }, retention: {}, failures: [{ event: 'reserve', code: 'sold_out', retry: false }] } }`,
  ),
  'wrong-calls.js': exporting(
    `{ stock: { name: 'stock', events: {}, calls: { reserve: { input: ${schema}, output: 7, answering: { kind: 'once', idempotent: true }, timeoutMs: 7 } }, retention: {} } }`,
  ),
  'wrong-failures.js': exporting(
    `{ orders: { name: 'orders', events: { placed: ${schema} }, retention: {}, failures: [{ event: 'placed', code: 'rejected', retry: false }] } }`,
  ),
  'wrong-versions.js': exporting(
    `{ orders: { name: 'orders', events: { placed: ${schema} }, retention: {}, versions: { placed: [{ schema: ${schema} }] } } }`,
  ),
  'wrong-retention.js': exporting(
    `{ orders: { name: 'orders', events: { placed: ${schema} }, retention: { maxAgeMs: '7d' } } }`,
  ),
};

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'contract-module-'));
  for (const [name, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
});

afterAll(() => rm(directory, { recursive: true }));

describe('a contract from a module', () => {
  it.each([
    ['./good.js', ['orders', 'refunds']],
    ['good.js', ['orders', 'refunds']],
    ['nested/good.mjs', ['nested']],
    ['./nested/../good.js', ['orders', 'refunds']],
    ['callable.js', ['orders']],
    ['@acme/queues', ['acme']],
  ])('is found as %s from the working directory', async (name, queues) => {
    const loaded = await loadContract(name, directory);
    expect(loaded).toMatchObject({ kind: 'loaded' });
    expect(loaded.kind === 'loaded' && Object.keys(loaded.contract)).toEqual(queues);
  });

  it('is found by an absolute path, and a package from a folder below', async () => {
    expect(await loadContract(join(directory, 'good.js'), '/')).toMatchObject({ kind: 'loaded' });
    expect(await loadContract('@acme/queues', join(directory, 'nested'))).toMatchObject({ kind: 'loaded' });
  });

  it('keeps the bounds of its dead letters', async () => {
    expect(await loadContract('dead-letters.js', directory)).toMatchObject({
      contract: { orders: { deadLetters: { maxAgeMs: 7 } } },
    });
  });

  it('keeps the earlier versions of its events', async () => {
    expect(await loadContract('versions.js', directory)).toMatchObject({
      contract: { orders: { versions: { placed: [{ upcast: expect.any(Function) }] } } },
    });
  });

  it('keeps the declared failures of its events', async () => {
    const loaded = await loadContract('failures.js', directory);
    expect(loaded.kind === 'loaded' && loaded.contract.orders?.failures).toEqual([
      { event: 'placed', code: 'sold_out', retry: false, data: expect.anything() },
      { event: 'placed', code: 'mail_down', retry: true, retryDelaysMs: [50] },
    ]);
  });

  it('keeps its calls, and their declared failures', async () => {
    const loaded = await loadContract('calls.js', directory);
    const queue = loaded.kind === 'loaded' ? loaded.contract.stock : undefined;
    expect(queue?.calls).toMatchObject({
      reserve: { answering: { kind: 'once', idempotent: true }, timeoutMs: 7 },
      rows: { answering: { kind: 'stream' }, timeoutMs: 8 },
    });
    expect(queue?.failures).toEqual([{ event: 'reserve', code: 'sold_out', retry: false }]);
  });

  it.each<[string, RegExp]>([
    ['./gone.js', /^there is no file \S*\/gone\.js$/],
    ['./nested', /^there is no file \S*\/nested$/],
    ['@acme/gone', /^there is no file \S*\/@acme\/gone, and no package to load from \S*: .*@acme\/gone/],
    ['closed', /no package to load from \S*: /],
    ['nothing.js', /nothing\.js has no export "contract", it exports nothing; write: export const contract/],
    ['other.js', /no export "contract", it exports files, queues; write/],
    ['throws.js', /throws\.js does not load: Error: the first line$/],
    ['throws-list.js', /does not load: Error: 1 error: at line 3$/],
    ['throws-text.js', /does not load: a text$/],
    ['misspelt.js', /misspelt\.js does not load: SyntaxError/],
    ['needy.js', /does not load: .*a-package-that-is-not-there/],
    ['text.js', /the export "contract" is not made by defineContract/],
    ['list.js', /is not made by defineContract/],
    ['null.js', /is not made by defineContract/],
    ['empty.js', /the export "contract" has no queues/],
    ['no-queue.js', /not made by defineContract: orders: name: .*; orders: events: /],
    ['no-schema.js', /orders: events: placed: expected a schema that implements Standard Schema/],
    ['misnamed.js', /cannot work: Queue "refunds" has the key "orders" in the contract/],
    ['escaping.js', /cannot work: .*the queue name "\.\.\/\.\.\/etc" does not match/],
    ['no-events.js', /cannot work: Queue "orders": it has no events/],
    ['wrong-versions.js', /orders: versions: placed: 0: upcast: expected a function/],
    ['wrong-calls.js', /stock: calls: reserve: output: expected a schema that implements Standard Schema/],
    ['wrong-failures.js', /cannot work: .*the failure code "rejected" of "placed" is reserved/],
    ['wrong-retention.js', /orders: retention: maxAgeMs: .*number/],
  ])('is refused when it is %s, and in one line it is said why', async (name, problem) => {
    const loaded = await loadContract(name, directory);
    expect(loaded).toMatchObject({ kind: 'failed', problem: expect.stringMatching(problem) });
    expect(loaded.kind === 'failed' && loaded.problem).not.toContain('\n');
  });
});

import { describe, expect, it } from '@jest/globals';
import specs from '@asyncapi/specs';
import { Ajv, type AnySchema } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runIn, withFolder } from '../run.fixture.js';

const HERE = import.meta.dirname;
const CONTRACTS = join(HERE, '../../../contracts/dist/index.js');
const exportAs = (...args: readonly string[]) => ['contract', 'export', ...args];

/** A contract with what is hard to export. */
const SHOP = `
import * as z from '${import.meta.resolve('zod')}';
const tree = z.strictObject({ name: z.string().describe('shown to <customers> & staff'), get children() { return z.array(tree); } });
const events = {
  placed: z.strictObject({ id: z.uuid(), total: z.number().min(0), note: z.string().nullable().optional() }).describe('An order.'),
  changed: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('address'), to: z.strictObject({ city: z.string() }) }),
    z.strictObject({ kind: z.literal('items'), items: z.array(z.strictObject({ sku: z.string() })) }),
  ]),
  category: tree,
};
const retention = {};
export const contract = { orders: { name: 'orders', events, retention } };
`;
const REFINED = SHOP.replace('z.number().min(0)', 'z.number().refine((n) => n > 0)');

describe('contract export --json-schema', () => {
  it('is a JSON Schema of the messages', async () => {
    await withFolder({ 'shop.mjs': SHOP }, async (directory) => {
      const { exitCode, out, err } = await runIn(
        directory,
        exportAs('--json-schema', '--contract', './shop.mjs'),
      );
      expect([exitCode, err]).toEqual([0, '']);
      const valid = new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(out) as object);
      const node = (...children: unknown[]) => ({ name: 'a', children });
      const message = (payload: unknown) => ({ queue: 'orders', event: 'category', payload });
      expect(valid(message(node(node(), node(node()))))).toBe(true);
      expect(valid(message(node(node({ name: 1 }))))).toBe(false);
      expect(valid({ ...message(node()), event: 'placed' })).toBe(false);
    });
  });

  it('is what a check reads', async () => {
    await withFolder({ 'shop.mjs': SHOP }, async (directory) => {
      await runIn(directory, exportAs('--json-schema', '--contract', './shop.mjs', '--out', 'contract.json'));
      const args = ['contract', 'check', '--contract', './shop.mjs', '--against', 'contract.json'];
      const { exitCode, out } = await runIn(directory, args);
      expect([exitCode, out.split('\n').at(-2)]).toEqual([0, 'compatible: 3 compatible']);
    });
  });

  it('names the parts that it cannot export', async () => {
    await withFolder({ 'shop.mjs': REFINED }, async (directory) => {
      const run = await runIn(directory, exportAs('--json-schema', '--contract', './shop.mjs'));
      expect(run).toEqual({
        exitCode: 2,
        out: '',
        err: 'error: JSON Schema cannot say all of the contract (--allow-undecidable exports the rest): orders.placed at /properties/total: a refinement (custom)\n',
      });
      const allowed = await runIn(
        directory,
        exportAs('--json-schema', '--contract', './shop.mjs', '--allow-undecidable'),
      );
      expect([allowed.exitCode, allowed.out.includes('"x-undecidable": "a refinement (custom)"')]).toEqual([
        0,
        true,
      ]);
    });
  });

  it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
    ['CONTRACT names', { 'shop.mjs': SHOP }, { CONTRACT: './shop.mjs' }],
    ['the profile names', { 'shop.mjs': SHOP, '.typed-queue.json': '{ "contract": "shop.mjs" }' }, {}],
    ['is in the working directory', { 'contract.mjs': SHOP }, {}],
  ])('takes the contract that %s', async (_, files, env) => {
    await withFolder(files, async (directory) => {
      const { out } = await runIn(directory, exportAs('--json-schema'), { env });
      expect(Object.keys((JSON.parse(out) as { $defs: object }).$defs)).toContain('orders.placed');
    });
  });

  it('says what to do where there is no contract', async () => {
    await withFolder({}, async (directory) => {
      expect(await runIn(directory, exportAs('--json-schema'))).toEqual({
        exitCode: 66,
        out: '',
        err: `error: no contract in ${directory}: write contract.ts with "export const contract = defineContract({ … })", or name a file\n`,
      });
    });
  });

  it('says which contract it cannot load, and which file it cannot write', async () => {
    expect(await runIn(HERE, exportAs('--docs', '--contract', './none.js'))).toEqual({
      exitCode: 66,
      out: '',
      err: `error: the contract: there is no file ${HERE}/none.js\n`,
    });
    const { exitCode, err } = await runIn(
      HERE,
      exportAs('--docs', '--out', 'none/contract.html', '--contract', CONTRACTS),
    );
    expect([exitCode, err]).toEqual([
      73,
      expect.stringMatching(/^error: none\/contract\.html cannot be written: .*ENOENT.*\n$/),
    ]);
  });
});

/** With failures, one of which has data that contain themselves. */
const FAILING = `
import * as z from '${import.meta.resolve('zod')}';
import { defineQueue, event } from '${CONTRACTS}';
const placed = z.strictObject({ id: z.string() });
const tree = z.strictObject({ name: z.string().describe('<of the part>'), get parts() { return z.array(tree); } });
const failures = {
  mail_down: { retry: true, retryDelaysMs: [50, 100] },
  sold_out: { retry: false, data: tree },
};
export const contract = { orders: defineQueue('orders', { events: { placed: event(placed, { failures }), sent: placed } }) };
`;

describe('contract export of declared failures', () => {
  const exported = async (...args: readonly string[]): Promise<string> => {
    let text = '';
    await withFolder({ 'shop.mjs': FAILING }, async (directory) => {
      const { exitCode, out, err } = await runIn(directory, exportAs(...args, '--contract', './shop.mjs'));
      expect([exitCode, err]).toEqual([0, '']);
      text = out;
    });
    return text;
  };

  it('has them by event and code in JSON Schema, with schemas of their data that can be used alone', async () => {
    // Safe: it is made here.
    const document = JSON.parse(await exported('--json-schema')) as { 'x-typed-queue': unknown };
    expect(document['x-typed-queue']).toMatchObject({
      queues: {
        orders: {
          failures: {
            placed: {
              mail_down: { retry: true, retryDelaysMs: [50, 100] },
              sold_out: { retry: false, data: 'orders.placed:sold_out' },
            },
          },
        },
      },
    });
    const valid = new Ajv2020({ strict: false })
      .addSchema(document, 'shop')
      .getSchema('urn:typed-queue:orders:placed:sold_out');
    const tree = (name: unknown) => ({ name: 'a', parts: [{ name, parts: [] }] });
    expect([valid?.(tree('b')), valid?.(tree(1))]).toEqual([true, false]);
  });

  it('is what a check reads', async () => {
    await withFolder(
      { 'shop.mjs': FAILING, 'contract.json': await exported('--json-schema') },
      async (directory) => {
        const args = ['contract', 'check', '--contract', './shop.mjs', '--against', 'contract.json'];
        expect((await runIn(directory, args)).out).toMatch(/\ncompatible: 2 compatible\n$/);
      },
    );
  });

  it('has them in AsyncAPI, with references that lead somewhere', async () => {
    const out = await exported('--asyncapi');
    expect(JSON.parse(out)).toMatchObject({
      components: {
        messages: {
          'orders.placed': {
            'x-failures': {
              mail_down: { retry: true, retryDelaysMs: [50, 100] },
              sold_out: { retry: false, data: { type: 'object' } },
            },
          },
        },
      },
    });
    expect(out).toContain('"$ref": "#/components/messages/orders.placed/x-failures/sold_out/data"');
  });

  it('has them on the page, escaped', async () => {
    const page = await exported('--docs');
    expect(page).toContain('<td><code>mail_down</code></td><td>tried again after 50, 100 ms</td><td></td>');
    expect(page).toContain('<td><code>sold_out</code></td><td>dead-lettered at once</td><td>name string<br>');
    expect(page).toContain('JSON Schema of sold_out');
    expect(page).not.toContain('<of the part>');
  });

  it('names what JSON Schema cannot say of their data', async () => {
    const refined = FAILING.replace('data: tree', 'data: tree.refine(() => true)');
    await withFolder({ 'shop.mjs': refined }, async (directory) => {
      const { exitCode, err } = await runIn(directory, exportAs('--json-schema', '--contract', './shop.mjs'));
      expect([exitCode, err]).toEqual([
        2,
        expect.stringContaining('orders.placed, failure sold_out: a refinement'),
      ]);
    });
  });
});

describe('contract export --asyncapi', () => {
  it.each(['./shop.mjs', './failing.mjs', CONTRACTS])(
    'is valid AsyncAPI 3, also in its references: %s',
    async (contract) => {
      await withFolder({ 'shop.mjs': SHOP, 'failing.mjs': FAILING }, async (directory) => {
        const { exitCode, out } = await runIn(
          directory,
          exportAs('--asyncapi', '--contract-version', '2.1.0', '--contract', contract),
        );
        expect(exitCode).toBe(0);
        const document = JSON.parse(out) as Record<string, unknown>;
        expect(document).toMatchObject({ asyncapi: '3.0.0', info: { version: '2.1.0' } });
        const ajv = new Ajv({ strict: false, validateFormats: false });
        // Safe: it is a schema of draft 7.
        const validate = ajv.compile(specs.schemasWithoutId['3.0.0'] as AnySchema);
        expect(validate(document) === true ? [] : validate.errors).toEqual([]);
        const references = [...out.matchAll(/"\$ref": "#([^"]*)"/g)].map(([, pointer = '']) => pointer);
        const targetOf = (pointer: string): unknown =>
          pointer
            .split('/')
            .slice(1)
            .reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], document);
        expect(references.filter((pointer) => targetOf(pointer) === undefined)).toEqual([]);
        expect(references.length).toBeGreaterThan(5);
      });
    },
  );
});

describe('contract export --docs', () => {
  it('has every field, escaped, and an example of each event', async () => {
    await withFolder({ 'shop.mjs': SHOP }, async (directory) => {
      await runIn(directory, exportAs('--docs', '--contract', './shop.mjs', '--out', 'contract.html'));
      const page = await readFile(`${directory}/contract.html`, 'utf8');
      expect(page).toContain('<p>An order.</p>');
      const rows = [...page.matchAll(/<tr><td><code>(.*?)<\/code><\/td><td>(.*?)<\/td><td>(.*?)<\/td>/g)];
      expect(rows.map(([, ...cells]) => cells.join(' | '))).toEqual([
        'id | string, uuid | yes',
        'total | number, ≥ 0 | yes',
        'note | string or null | no',
        '#1 | object | yes',
        '#1.kind | &#34;address&#34; | yes',
        '#1.to | object | yes',
        '#1.to.city | string | yes',
        '#2 | object | yes',
        '#2.kind | &#34;items&#34; | yes',
        '#2.items | array of objects | yes',
        '#2.items[].sku | string | yes',
        'name | string | yes',
        'children | array of objects | yes',
        'children[] | the same as the payload | yes',
      ]);
      expect(page).toContain('shown to &#60;customers&#62; &#38; staff');
      expect(page.match(/<p class="muted">Example<\/p>/g)).toHaveLength(3);
      expect(page).not.toMatch(/https?:\/\/(?!json-schema\.org)|<script|src=/);
    });
  });
});

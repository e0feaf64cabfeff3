import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineContract, defineQueue } from '@typed-queue/contracts';
import { startTestServer, type TestServer } from '@typed-queue/queue-server/testing';
import * as z from 'zod';
import { EmptyProject, STRICT_OPTIONS } from './empty-project.fixture.js';

const CONTRACT = `
import { defineContract, defineQueue, type QueueDefinition } from '@typed-queue/contracts';
import * as z from 'zod';

export const orders: QueueDefinition<
  'orders',
  { placed: { id: string; total: number }; cancelled: { id: string; reason: string } }
> = defineQueue('orders', {
  events: {
    placed: z.strictObject({ id: z.string(), total: z.number() }),
    cancelled: z.strictObject({ id: z.string(), reason: z.string() }),
  },
});
export const shop: { readonly orders: typeof orders } = defineContract({ orders });
`;

/** A service is of one of these types, by its package. */
const KINDS = ['commonjs', 'module'];

/** Publishes a message, and prints what a group got of it. */
const SERVICE = `
import { shop } from '@acme/shop';
import type { Message } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';

const main = async (url = '', group = ''): Promise<void> => {
  const queue = connect(shop, { url });
  const placed = new Promise<Message<typeof shop, 'orders'>>((resolve) => {
    const placed = (message: Message<typeof shop, 'orders'>) => message.payload.id === group && resolve(message);
    queue.subscribe('orders', { group, events: ['placed'] }, { placed });
  });
  await queue.publish('orders', 'placed', { id: group, total: 7 });
  const { event, payload } = await placed;
  await queue.close();
  console.log(JSON.stringify({ event, payload }));
};
void main(...process.argv.slice(2));
`;

/** What the package declares, as the server has it. */
const served = defineContract({
  orders: defineQueue('orders', {
    events: {
      placed: z.strictObject({ id: z.string(), total: z.number() }),
      cancelled: z.strictObject({ id: z.string(), reason: z.string() }),
    },
  }),
});

let project: EmptyProject;
let server: TestServer | undefined;

beforeAll(async () => {
  project = await EmptyProject.with(['@typed-queue/contracts', '@typed-queue/queue-client'], ['@types/node']);
  const manifest = {
    name: '@acme/shop',
    version: '1.0.0',
    type: 'module',
    files: ['dist'],
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    dependencies: { '@typed-queue/contracts': '^0.1.0', zod: '^4.0.0' },
  };
  const declarations = { declaration: true, isolatedDeclarations: true, rootDir: 'src', outDir: 'dist' };
  await project.write('shop/package.json', JSON.stringify(manifest));
  await project.write(
    'shop/tsconfig.json',
    JSON.stringify({ compilerOptions: { ...STRICT_OPTIONS, ...declarations } }),
  );
  await project.write('shop/src/index.ts', CONTRACT);
  expect(await project.compile('shop')).toEqual({ exitCode: 0, out: '' });
  await project.installPacked('shop');
  server = await startTestServer({ contract: served, storage: 'memory' });
});
afterAll(async () => {
  await server?.close();
  await project.remove();
});

describe('a contract package with isolated declarations, as it is packed', () => {
  it('declares its queues by the types of their payloads alone', async () => {
    const declarations = await project.read('@acme/shop', 'dist/index.d.ts');
    expect(declarations).toContain('total: number');
    expect(declarations).not.toContain('zod');
  });

  it('compiles without `skipLibCheck` in services of both kinds, all but wrong payloads', async () => {
    await project.write('services/tsconfig.json', JSON.stringify({ compilerOptions: STRICT_OPTIONS }));
    for (const type of KINDS) {
      await project.write(`services/${type}/package.json`, JSON.stringify({ type }));
      await project.write(`services/${type}/service.ts`, SERVICE);
      await project.write(`services/${type}/wrong.ts`, SERVICE.replace('total: 7', "total: '7'"));
    }
    const { out } = await project.compile('services');
    const error = "wrong.ts(12,56): error TS2322: Type 'string' is not assignable to type 'number'.";
    expect(out.trimEnd().split('\n')).toEqual(KINDS.map((type) => `${type}/${error}`));
  });

  it.each(KINDS)('serves a service that is of the type %s', async (type) => {
    expect(await project.node(`services/${type}/service.js`, server?.url ?? '', type)).toEqual({
      exitCode: 0,
      out: `{"event":"placed","payload":{"id":"${type}","total":7}}\n`,
    });
  });
});

/** What contracts of the same size cost the compiler, and how they read: `npm run bench:types`. */
import { join } from 'node:path';
import ts from 'typescript';
import { Compiler } from '../../checks/compiler.fixture.mjs';

const THINGS = 100;
const KINDS = ['created', 'updated', 'deleted'];
const FIELDS = `id: z.string(), at: z.string(), by: z.object({ name: z.string(), roles: z.array(z.string()) })`;
const each = (text) => Array.from({ length: THINGS }, (_, n) => text(n)).join('\n');
const kinds = (text) => KINDS.map(text).join('\n');
const schema = (n) => `z.object({ ${FIELDS}, total${n}: z.number() })`;
const names = Array.from({ length: THINGS }, (_, n) => `q${n}`).join(', ');
const right = `{ id: '1', at: '2', by: { name: 'a', roles: ['b'] }, total3: 4 }`;
/** A field is missing. */
const wrong = right.replace(', total3: 4', '');

/** Each with its contract, and a program that uses it rightly (what is hovered over is marked) and wrongly. */
const contracts = {
  'typed-queue': {
    folder: join(import.meta.dirname, '../../checks'),
    contract: `import { defineContract, defineQueue } from '@typed-queue/contracts';
import * as z from 'zod';
${each((n) => `export const q${n} = defineQueue('q${n}', { events: { ${kinds((kind) => `${kind}: ${schema(n)},`)} } });`)}
export const contract = defineContract({ ${names} });`,
    use: `import { connect } from '@typed-queue/queue-client';
import { contract } from './contract.js';
const queue = connect(contract, { url: 'http://localhost:3333' });
queue.subscribe('q3', { group: 'g', events: ['created'] }, (/*?*/message) => message.payload.total3);`,
    call: (payload) => `void queue.publish('q3', 'created', ${payload});`,
  },
  'zod-sockets': {
    contract: `import { createSimpleConfig, ActionsFactory } from 'zod-sockets';
import { z } from 'zod';
const factory = new ActionsFactory(createSimpleConfig({ emission: { ${each((n) => kinds((kind) => `'q${n}.${kind}': { schema: z.tuple([${schema(n)}]) },`))} } }));
export const action = factory.build({ event: 'q3.created', input: z.tuple([${schema(3)}]), handler: async ({ client }) => { void client; } });
export { factory };`,
    use: `import { factory } from './contract.js';
import { z } from 'zod';
`,
    call: (payload) =>
      `factory.build({ event: 'e', input: z.tuple([z.string()]), handler: async ({ /*?*/client }) => { await client.emit('q3.created', ${payload}); } });`,
  },
  oRPC: {
    contract: `import { oc } from '@orpc/contract';
import * as z from 'zod/v4';
${each((n) => `export const q${n} = { ${kinds((kind) => `${kind}: oc.input(${schema(n)}).output(z.object({ seq: z.number() })),`)} };`)}
export const contract = { ${names} };`,
    use: `import type { ContractRouterClient } from '@orpc/contract';
import type { contract } from './contract.js';
declare const client: ContractRouterClient<typeof contract>;
client.q3./*?*/created;`,
    call: (payload) => `void client.q3.created(${payload});`,
  },
  tRPC: {
    contract: `import { initTRPC } from '@trpc/server';
import * as z from 'zod/v4';
const t = initTRPC.create();
export const router = t.router({ ${each((n) => `q${n}: t.router({ ${kinds((kind) => `${kind}: t.procedure.input(${schema(n)}).mutation(() => ({ seq: 1 })),`)} }),`)} });`,
    use: `import type { TRPCClient } from '@trpc/client';
import type { router } from './contract.js';
declare const client: TRPCClient<typeof router>;
client.q3.created./*?*/mutate;`,
    call: (payload) => `void client.q3.created.mutate(${payload});`,
  },
};

const measured = Object.entries(contracts).map(
  ([name, { folder = import.meta.dirname, contract, use, call }]) => {
    const compiler = new Compiler(ts, folder);
    const source = { 'contract.ts': contract };
    const broken = compiler.errors(source);
    if (broken.length > 0) throw new Error(`${name}: ${broken[0].text}`);
    const built = { 'contract.d.ts': compiler.declarations(source) };
    const program = { ...built, 'use.ts': `${use}\n${call(right)}` };
    const unexpected = compiler.errors(program);
    if (unexpected.length > 0) throw new Error(`${name}: ${unexpected[0].text}`);
    const [error] = compiler.errors({ ...built, 'use.ts': `${use}\n${call(wrong)}` });
    return {
      contract: name,
      'types to define it': compiler.instantiations(source),
      'types to use it': compiler.instantiations(program),
      'characters of its declarations': built['contract.d.ts'].length,
      'of a hover': compiler.hovers(program, '/*?*/')[0].length,
      'of an error': error?.text.length,
    };
  },
);
console.table(measured);

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Contract } from '@typed-queue/contracts';
import { loadContract } from '@typed-queue/program';
import { connect, type QueueClient } from '@typed-queue/queue-client';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './reliability/free-port.js';
import { runServer, startServerProcess, type RunningServer } from './running-server.fixture.js';
import { userFolder } from './user-folder.fixture.js';

/** Schemas of a library that nobody knows; as some do, it makes functions. */
const library = `
  const validate = (fields) => (value) => {
    const wrong = Object.entries(fields).filter(([name, type]) => typeof value?.[name] !== type);
    if (wrong.length === 0) return { value };
    return { issues: wrong.map(([name, type]) => ({ path: [{ key: name }], message: 'must be a ' + type })) };
  };
  export const shape = (fields) =>
    Object.assign(() => fields, { '~standard': { version: 1, vendor: 'by-hand', validate: validate(fields) } });`;

const queues = `
  import { defineContract, defineQueue } from '@typed-queue/contracts';
  import { shape } from './library.mjs';
  const orders = defineQueue('orders', { events: { placed: shape({ id: 'string', total: 'number' }) } });
  const stock = defineQueue('stock', { events: { moved: shape({ sku: 'string', by: 'number' }) } });
  export const contract = defineContract({ orders, stock });`;

const manifest =
  '{ "type": "module", "exports": { ".": { "types": "./gone.d.ts", "default": "./queues.mjs" } } }';

let folder: string;

beforeAll(async () => {
  folder = await userFolder({
    'library.mjs': library,
    'queues.mjs': queues,
    'node_modules/@acme/queues/package.json': manifest,
    'node_modules/@acme/queues/library.mjs': library,
    'node_modules/@acme/queues/queues.mjs': queues,
    'node_modules/closed/package.json': '{ "type": "module", "exports": {} }',
    'wrong-name.mjs': queues.replaceAll("'orders'", "'Or ders'"),
    'source.ts': queues,
    'busy.mjs': `${queues} setInterval(() => undefined, 1_000);`,
    'exits.mjs': `process.exit(0); ${queues}`,
    'endless.mjs': `import { once } from 'node:events'; await once(process.stdin, 'never'); ${queues}`,
  });
});

afterAll(() => rm(folder, { recursive: true }));

describe('a server with a contract of its own', () => {
  let server: RunningServer;
  let queue: QueueClient<Contract>;

  afterEach(async () => {
    await queue.close();
    expect(await server.end('SIGTERM')).toBe(0);
    await rm(join(folder, 'data'), { recursive: true });
  });

  // `busy` would keep the ended server alive.
  it.each(['./queues.mjs', 'queues.mjs', '@acme/queues', './busy.mjs'])(
    'serves CONTRACT=%s',
    async (name) => {
      const loaded = await loadContract('./queues.mjs', folder);
      if (loaded.kind === 'failed') throw new Error(loaded.problem);
      const env = { CONTRACT: name, INIT_CWD: folder };
      server = await startServerProcess(await freePort(), join(folder, 'data'), env);
      queue = connect(loaded.contract, { url: server.url });

      const placed = { id: 'o-1', total: 42 };
      expect(await queue.publish('orders', 'placed', placed)).toMatchObject({ seq: 1 });
      expect(await queue.publish('stock', 'moved', { sku: 's-1', by: 2 })).toMatchObject({ seq: 1 });
      await expect(queue.publish('orders', 'placed', { id: 1 })).rejects.toMatchObject({
        code: 'payload_invalid',
        details: {
          issues: [
            { path: 'id', message: 'must be a string' },
            { path: 'total', message: 'must be a number' },
          ],
        },
      });
      const consumed = new Promise((resolve) => {
        queue.subscribe('orders', { group: 'test' }, ({ event, payload }) => resolve({ event, payload }));
      });
      expect(await consumed).toEqual({ event: 'placed', payload: placed });
    },
  );
});

describe('a server whose contract is wrong', () => {
  /** The exit code, and the lines of what it wrote. */
  const failing = async (env: Readonly<Record<string, string>>): Promise<[number | null, string[]]> => {
    const child = runServer({ INIT_CWD: folder, DATA_DIR: join(folder, 'data'), ...env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    }
    // Safe: what `close` tells first is the code.
    const [code] = (await once(child, 'close')) as [number | null];
    return [code, output.trim().split('\n')];
  };

  it.each([
    ['./gone.mjs', /there is no file \S*\/gone\.mjs$/],
    ['@acme/gone', /no package to load from \S*: Error: Cannot find module '@acme\/gone'$/],
    ['closed', /no package to load from \S*: .*No "exports" main defined in \S*\/closed\/package\.json$/],
    [
      './library.mjs',
      /library\.mjs has no export "contract", it exports shape; write: export const contract = …$/,
    ],
    ['./wrong-name.mjs', /wrong-name\.mjs does not load: QueueError: Queue "Or ders": the queue name/],
    ['./endless.mjs', /endless\.mjs does not finish loading: it, or a module that it imports, awaits/],
    ['./source.ts', /source\.ts does not load: /],
  ])('ends with 78 and says why: CONTRACT=%s', async (name, problem) => {
    const [code, lines] = await failing({ CONTRACT: name });
    expect(code).toBe(78);
    expect(lines).toEqual(['queue-server: The environment is wrong:', expect.stringMatching(problem)]);
    expect(lines[1]).toContain(`CONTRACT="${name}": `);
  });

  it('ends with 78 and says why, when its module ends the process', async () => {
    const [code, lines] = await failing({ CONTRACT: './exits.mjs' });
    expect(code).toBe(78);
    expect(lines).toEqual([expect.stringMatching(/exits\.mjs ended the process while it was loading/)]);
  });

  it('tells it together with what else is wrong', async () => {
    const [code, lines] = await failing({ PORT: 'eighty', HOST: '0.0.0.0', CONTRACT: './gone.mjs' });
    expect(code).toBe(78);
    expect(lines).toEqual([
      'queue-server: The environment is wrong:',
      ...['HOST="0.0.0.0"', 'PORT="eighty"', 'CONTRACT="./gone.mjs"'].map((each) =>
        expect.stringContaining(each),
      ),
    ]);
  });
});

import {
  apiApp,
  IdempotencyKeys,
  listen,
  openDatabase,
  product,
  startOutbox,
} from '@typed-queue/api-server/components';
import { contract } from '@typed-queue/contracts';
import { after } from '@typed-queue/program';
import { connect } from '@typed-queue/queue-client';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { repositoryOf, variants, type Part } from './load-variant.js';
import { Stopwatch } from './stopwatch.js';
import { cpuMs } from './clock.js';

/** What the process measured between `begin` and `end`, in milliseconds. */
export interface ApiFigures extends Readonly<Record<Part, number>> {
  readonly cpuMs: number;
}

const [name = '', uri = '', url = ''] = process.argv.slice(2);
const variant = variants.find((known) => known === name) ?? 'bare';
const logger = pino({ level: 'silent' });
const elapsed = (): number => performance.now();

const watch = new Stopwatch<Part>();
const database = await openDatabase({ uri, models: [product] });
const outbox = await startOutbox({
  database,
  openQueue: () => connect(contract, { url }),
  logger,
  after,
  elapsed,
});
const idempotency = new IdempotencyKeys(database);
await idempotency.build();
const repository = repositoryOf(variant, { database, publisher: outbox.publisher, watch });
const app = apiApp({
  resources: [{ model: product, repository, transact: database.transact }],
  idempotency,
  readiness: async () => ({ problems: [], details: { outbox: await outbox.status() } }),
  origins: [],
  logger,
  newRequestId: randomUUID,
  now: elapsed,
});
const listener = await listen(app, '127.0.0.1', 0);

let cpu = process.cpuUsage();

const figures = (): ApiFigures => ({
  write: watch.of('write'),
  transact: watch.of('transact'),
  work: watch.of('work'),
  method: watch.of('method'),
  store: watch.of('store'),
  cpuMs: cpuMs(cpu),
});

/** A write whose client did not wait for the answer would be counted in part. */
const end = async (): Promise<void> => {
  while (!watch.isIdle) await new Promise((resolve) => setTimeout(resolve, 5));
  process.send?.(figures());
};

const close = async (): Promise<void> => {
  await listener.close(0);
  await outbox.close();
  await database.close();
  process.disconnect();
};

process.on('message', (message) => {
  if (message === 'end') void end();
  else if (message === 'close') void close();
  else {
    watch.reset();
    cpu = process.cpuUsage();
    process.send?.('begun');
  }
});
// The measuring process has ended.
process.on('disconnect', () => process.exit());
process.send?.(listener.url);

import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { clock, cpuMs, type Measured } from './workload.js';

const [url = '', messages = '', group = ''] = process.argv.slice(2);
const count = Number(messages);
const queue = connect(contract, { url, token: process.env.QUEUE_TOKEN });

const cpu = process.cpuUsage();
const seen = new Uint8Array(count);
let received = 0;
let duplicates = 0;

/** The outcomes are confirmed when the client is closed: only then is the work done. */
const finish = async (): Promise<void> => {
  await queue.close();
  const measured: Measured & { duplicates: number; lost: number } = {
    doneAt: clock(),
    cpuMs: cpuMs(cpu),
    duplicates,
    lost: seen.reduce((lost, times) => lost + (times === 0 ? 1 : 0), 0),
  };
  process.send?.(measured);
};

const subscription = queue.subscribe(
  'database',
  { group, start: 'now', window: { messages: 2_048, bytes: 4 * 1024 * 1024 } },
  (message) => {
    if (message.event !== 'create') return;
    const n = Number(message.payload.id.slice('product-'.length));
    if (seen[n] === 0) received++;
    else duplicates++;
    seen[n] = 1;
    if (received === count) setImmediate(() => void finish());
  },
);
void subscription.ready.then(() => process.send?.('ready'));

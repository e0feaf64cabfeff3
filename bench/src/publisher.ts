import { contract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { clock, cpuMs, product, type Measured } from './workload.js';

/** How many messages may be without a receipt. */
const OUTSTANDING = 2_048;

const [url = '', messages = ''] = process.argv.slice(2);
const queue = connect(contract, { url, token: process.env.QUEUE_TOKEN });

/** Publishes as fast as receipts come back; reports to the parent when it began and when the last receipt came. */
const publishAll = async (count: number): Promise<void> => {
  const cpu = process.cpuUsage();
  const startedAt = clock();
  let waiting = 0;
  let wake = (): void => undefined;
  const received = (): void => {
    waiting--;
    if (waiting <= OUTSTANDING / 2) wake();
  };
  for (let n = 0; n < count; n++) {
    waiting++;
    void queue.publish('database', 'create', product(n)).then(received);
    if (waiting >= OUTSTANDING) await new Promise<void>((resolve) => (wake = resolve));
  }
  while (waiting > 0) await new Promise<void>((resolve) => (wake = resolve));
  const measured: Measured & { startedAt: number } = { startedAt, doneAt: clock(), cpuMs: cpuMs(cpu) };
  process.send?.(measured);
};

queue.on('connected', () => process.send?.('ready'));
process.once('message', () => {
  void publishAll(Number(messages)).then(() => queue.close());
});

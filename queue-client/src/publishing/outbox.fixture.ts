import { newId, type Receipt } from '@typed-queue/contracts';
import { openFrame, type Draft } from '@typed-queue/contracts/wire';
import { Outbox } from './outbox.js';
import { RequestLog } from '../requests.fixture.js';
import { OutboxQuota } from './outbox-quota.js';
import { ManualRuntime } from '../runtime.fixture.js';

export const PRODUCER = newId();

const draftOf = (payload: unknown): Draft => ({
  id: newId(),
  event: 'save',
  payload: JSON.stringify(payload),
});

/** An outbox of `files`, with a server that answers when the test says so. */
export const openOutbox = (bounds = { maxMessages: 100_000, maxBytes: 1e9 }) => {
  const runtime = new ManualRuntime();
  const server = new RequestLog();
  const quota = new OutboxQuota(bounds);
  const outbox = new Outbox({ queue: 'files', producer: PRODUCER, server, quota, runtime });
  const publish = (payload: unknown, signal?: AbortSignal): Promise<Receipt> =>
    new Promise((resolve, reject) => outbox.add([draftOf(payload)], { resolve, reject }, undefined, signal));
  const publishBatch = (payloads: readonly unknown[], signal?: AbortSignal): Promise<Receipt[]> =>
    new Promise((resolve, reject) => {
      const receipts: Receipt[] = [];
      const collect = (receipt: Receipt): void => {
        if (receipts.push(receipt) === payloads.length) resolve(receipts);
      };
      outbox.add(payloads.map(draftOf), { resolve: collect, reject }, {}, signal);
    });
  /** The payloads of each frame that was sent from an index on. */
  const sent = (from = 0) => server.frames.slice(from).map(({ frame }) => payloadsOf(frame));
  const flush = (payload: unknown): Promise<Receipt> => {
    const receipt = publish(payload);
    runtime.endTurn();
    return receipt;
  };
  return { runtime, server, quota, outbox, publish, publishBatch, sent, flush };
};

const payloadsOf = (bytes: Uint8Array): unknown[] => {
  const frame = openFrame(bytes);
  return Array.from({ length: frame.count }, (_, index) => JSON.parse(frame.payloadText(index)) as unknown);
};

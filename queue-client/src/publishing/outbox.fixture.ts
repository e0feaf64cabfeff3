import { newId, type Receipt } from '@typed-queue/contracts';
import { openFrame } from '@typed-queue/contracts/wire';
import { Outbox } from './outbox.js';
import { RequestLog } from '../requests.fixture.js';
import { OutboxQuota } from './outbox-quota.js';
import { ManualRuntime } from '../runtime.fixture.js';

export const PRODUCER = newId();

/** An outbox of `files`, with a server that answers when the test says so. */
export const openOutbox = (bounds = { maxMessages: 100_000, maxBytes: 1e9 }) => {
  const runtime = new ManualRuntime();
  const server = new RequestLog();
  const quota = new OutboxQuota(bounds);
  const outbox = new Outbox({ queue: 'files', producer: PRODUCER, server, quota, runtime });
  const publish = (payload: unknown, signal?: AbortSignal): Promise<Receipt> =>
    new Promise((resolve, reject) =>
      outbox.add({ id: newId(), event: 'save', payload: JSON.stringify(payload) }, resolve, reject, signal),
    );
  /** The payloads of each frame that was sent from an index on. */
  const sent = (from = 0) => server.frames.slice(from).map(({ frame }) => payloadsOf(frame));
  const flush = (payload: unknown): Promise<Receipt> => {
    const receipt = publish(payload);
    runtime.endTurn();
    return receipt;
  };
  return { runtime, server, quota, outbox, publish, sent, flush };
};

const payloadsOf = (bytes: Uint8Array): unknown[] => {
  const frame = openFrame(bytes);
  return Array.from({ length: frame.count }, (_, index) => JSON.parse(frame.payloadText(index)) as unknown);
};

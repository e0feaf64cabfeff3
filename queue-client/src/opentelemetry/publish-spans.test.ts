import { describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { MAX_HEADERS_BYTES, QueueError, type BatchReceipt, type Receipt } from '@typed-queue/contracts';
import type { PublishOptions } from '../publishing/publish-options.js';
import { failOf } from '../failures/declared-failure.js';
import { MessageContext, type AnyHandler } from '../consuming/handler.js';
import type { MessagePublisher } from '../tracing.js';
import { openTelemetryTracing } from './open-telemetry-tracing.js';
import { lastSpan, spans, traceparentOf, within } from './spans.fixture.js';

const receipt: Receipt = { id: 'id-1', epoch: 'e', seq: 1, duplicate: false, durability: 'disk' };
const batchReceipt: BatchReceipt = { epoch: 'e', durability: 'disk', messages: [] };
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${TRACE}-b7ad6b7169203331-01`;

/** A traced publisher, and what reaches the real one. */
const traced = (answer: Promise<Receipt> = Promise.resolve(receipt)) => {
  const published: unknown[] = [];
  const real: MessagePublisher = {
    publish: (...given) => {
      published.push(given[3]);
      return answer;
    },
    publishBatch: (_queue, messages) => {
      published.push(messages);
      return Promise.resolve(batchReceipt);
    },
  };
  return { published, publisher: openTelemetryTracing().publisher(real) };
};

describe('the span of a publish', () => {
  it('has the attributes of the conventions, and the id of the receipt', async () => {
    const { publisher } = traced();
    expect(await publisher.publish('files', 'save', 1)).toBe(receipt);
    expect(spans()).toEqual([
      {
        name: 'publish files',
        kind: SpanKind.PRODUCER,
        traceId: expect.any(String),
        id: expect.any(String),
        parent: undefined,
        links: [],
        errors: [],
        attributes: {
          'messaging.system': 'typed_queue',
          'messaging.operation.name': 'publish',
          'messaging.operation.type': 'send',
          'messaging.destination.name': 'files',
          'messaging.typed_queue.event': 'save',
          'messaging.message.id': 'id-1',
        },
      },
    ]);
  });

  it('is a child of the active span, and the message carries it', async () => {
    const { publisher, published } = traced();
    const options = { id: 'x', headers: { key: 'k' } };
    await within('request', () => publisher.publish('files', 'save', 1, options));
    const span = lastSpan('publish files');
    expect(span.parent).toBe(lastSpan('request').id);
    expect(published).toEqual([{ id: 'x', headers: { key: 'k', traceparent: traceparentOf(span) } }]);
    expect(options).toEqual({ id: 'x', headers: { key: 'k' } });
  });

  it('continues the trace in the headers rather than that of the active span', async () => {
    const { publisher, published } = traced();
    const headers = { traceparent, tracestate: 'vendor=1' };
    await within('relay', () => publisher.publish('files', 'save', 1, { headers }));
    const span = lastSpan('publish files');
    expect([span.traceId, span.parent]).toEqual([TRACE, 'b7ad6b7169203331']);
    expect(published).toEqual([{ headers: { traceparent: traceparentOf(span), tracestate: 'vendor=1' } }]);
  });

  it('is a child of the active span where that continues the trace in the headers', async () => {
    const { publisher } = traced();
    const forward: AnyHandler = ({ headers }) => publisher.publish('files', 'save', 1, { headers });
    const message = { id: 'i', queue: 'orders', event: 'e', payload: 1, seq: 1, time: 1 };
    const handler = openTelemetryTracing().handler(forward, 'g');
    await handler(
      { ...message, headers: { traceparent } },
      new MessageContext(1, () => undefined, failOf({})),
    );
    expect(lastSpan('publish files').parent).toBe(lastSpan('process orders').id);
  });

  it('has the code of the error, which the publisher gets', async () => {
    const error = new QueueError('outbox_full', 'Too many.');
    const { publisher } = traced(Promise.reject(error));
    await expect(publisher.publish('files', 'save', 1)).rejects.toBe(error);
    const { attributes, errors } = lastSpan('publish files');
    expect([attributes['error.type'], errors]).toEqual(['outbox_full', ['Too many.']]);
  });

  it.each<[string, unknown]>([
    ['headers that have no room for it', { headers: { text: 'x'.repeat(MAX_HEADERS_BYTES - 60) } }],
    ['headers that are none', { headers: 'text' }],
    ['options that are none', null],
  ])('leaves %s as they are', async (_, options) => {
    const { publisher, published } = traced();
    // Safe: plain JavaScript may pass anything.
    await publisher.publish('files', 'save', 1, options as PublishOptions);
    expect(published).toEqual([options]);
  });
});

describe('the span of a batch', () => {
  it('is one, which all messages carry', async () => {
    const { publisher, published } = traced();
    const messages = [
      { event: 'save', payload: 1 },
      { event: 'save', payload: 2, headers: { key: 'k' } },
    ];
    await publisher.publishBatch('files', messages);
    const span = lastSpan('publish files');
    const carried = traceparentOf(span);
    expect(spans()).toHaveLength(1);
    expect(span.attributes['messaging.batch.message_count']).toBe(2);
    expect(published).toEqual([
      [
        { event: 'save', payload: 1, headers: { traceparent: carried } },
        { event: 'save', payload: 2, headers: { key: 'k', traceparent: carried } },
      ],
    ]);
  });

  it('links to the traces that messages carry already, and these keep them', async () => {
    const { publisher, published } = traced();
    const messages = [{ event: 'save', payload: 1, headers: { traceparent } }];
    await publisher.publishBatch('files', messages);
    expect(lastSpan('publish files').links).toEqual(['b7ad6b7169203331']);
    expect(published).toEqual([messages]);
  });

  it('passes on what is no batch, so that it is refused', async () => {
    const { publisher, published } = traced();
    // Safe: plain JavaScript may pass anything.
    await publisher.publishBatch('files', 'text' as unknown as unknown[]);
    await publisher.publishBatch('files', [null, 1]);
    expect(published).toEqual(['text', [null, 1]]);
  });
});

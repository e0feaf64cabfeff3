import { describe, expect, it } from '@jest/globals';
import { SpanKind, trace } from '@opentelemetry/api';
import { QueueError, type AnyMessage } from '@typed-queue/contracts';
import { failOf } from '../failures/declared-failure.js';
import { MessageContext, type AnyHandler } from '../consuming/handler.js';
import { DeadLetter } from '../consuming/failure.js';
import { openTelemetryTracing } from './open-telemetry-tracing.js';
import { lastSpan, spans, within } from './spans.fixture.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PRODUCER = 'b7ad6b7169203331';

const message: AnyMessage = {
  id: 'i',
  queue: 'files',
  event: 'save',
  payload: 1,
  seq: 7,
  time: 1,
  headers: { traceparent: `00-${TRACE}-${PRODUCER}-01` },
};

const handle = (
  handler: AnyHandler,
  context = new MessageContext(2, () => undefined, failOf({})),
  given = message,
) => openTelemetryTracing().handler(handler, 'group-1')(given, context);

describe('the span of a handler', () => {
  it('is a child of the span that published the message, and linked to it', () => {
    handle(() => undefined);
    expect(spans()).toEqual([
      {
        name: 'process files',
        kind: SpanKind.CONSUMER,
        traceId: TRACE,
        id: expect.any(String),
        parent: PRODUCER,
        links: [PRODUCER],
        errors: [],
        attributes: {
          'messaging.system': 'typed_queue',
          'messaging.operation.name': 'process',
          'messaging.operation.type': 'process',
          'messaging.destination.name': 'files',
          'messaging.consumer.group.name': 'group-1',
          'messaging.message.id': 'i',
          'messaging.typed_queue.attempt': 2,
          'messaging.typed_queue.event': 'save',
          'messaging.typed_queue.seq': 7,
        },
      },
    ]);
  });

  it('begins a trace where the message carries none, whatever is active', async () => {
    const untraced = { ...message, headers: {} };
    await within('connect', async () => handle(() => undefined, undefined, untraced));
    const { parent, links, traceId } = lastSpan('process files');
    expect([parent, links]).toEqual([undefined, []]);
    expect(traceId).not.toBe(lastSpan('connect').traceId);
  });

  it('is active while the handler runs, also after it has waited', async () => {
    const active = (): string | undefined => trace.getActiveSpan()?.spanContext().spanId;
    const seen = await handle(async () => {
      const before = active();
      await new Promise((resolve) => setImmediate(resolve));
      return [before, active()];
    });
    const { id } = lastSpan('process files');
    expect(seen).toEqual([id, id]);
  });

  it('ends when a handler that returns at once returns, without a promise', () => {
    expect(handle((...given) => given[0].seq)).toBe(7);
    expect(spans()).toHaveLength(1);
  });
});

const thrownBy = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe('a handler that fails', () => {
  it.each<[string, unknown, unknown, string]>([
    ['an error', new TypeError('odd'), 'TypeError', 'odd'],
    ['an error with a code', new QueueError('closed', 'shut'), 'closed', 'shut'],
    ['a dead letter', new DeadLetter('never'), 'DeadLetter', 'never'],
    ['a text', 'odd', 'Error', 'odd'],
    ['what has no text', Object.create(null), 'Error', 'object'],
  ])('by %s is recorded, at once or later', async (_, error, type, text) => {
    const fail = (): never => {
      throw error;
    };
    expect(thrownBy(() => handle(fail))).toBe(error);
    await expect(handle(async () => fail())).rejects.toBe(error);
    const recorded = spans('process files').map(({ attributes, errors }) => [
      attributes['error.type'],
      errors,
    ]);
    expect(recorded).toEqual([
      [type, [text]],
      [type, [text]],
    ]);
  });

  it('by its timeout is recorded, although it returns later', async () => {
    const context = new MessageContext(1, () => undefined, failOf({}));
    const late = handle(async () => {
      context.abort(new QueueError('handler_timeout', 'too long'));
    }, context);
    await late;
    expect(lastSpan('process files').attributes['error.type']).toBe('handler_timeout');
  });
});

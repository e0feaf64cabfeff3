import { describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import { QueueError } from '@typed-queue/contracts';
import { InvocationContext } from '../calling/invocation-context.js';
import type { AnyResponder } from '../calling/responder.js';
import { DeclaredFailure, failOf } from '../failures/declared-failure.js';
import type { CallMaker } from '../tracing.js';
import { openTelemetryTracing } from './open-telemetry-tracing.js';
import { lastSpan, spans, traceparentOf, within } from './spans.fixture.js';

const numbers = async function* (): AsyncGenerator<number> {
  yield 1;
  yield 2;
};

/** A traced caller, and the options that reach the real one. */
const tracedCaller = ({ answer = () => Promise.resolve(7), items = numbers } = {}) => {
  const made: unknown[] = [];
  const real: CallMaker = {
    call: (...[, , , options]) => {
      made.push(options);
      return answer();
    },
    stream: (...[, , , options]) => {
      made.push(options);
      return items();
    },
  };
  return { made, caller: openTelemetryTracing().caller(real) };
};

const soldOut = new DeclaredFailure({ code: 'sold_out' }, {});

describe('the span of a call', () => {
  it('has the attributes of the conventions', async () => {
    const { caller } = tracedCaller();
    expect(await caller.call('stock', 'count', 1)).toBe(7);
    expect(lastSpan('call stock/count')).toMatchObject({
      kind: SpanKind.CLIENT,
      errors: [],
      attributes: { 'rpc.system': 'typed_queue', 'rpc.service': 'stock', 'rpc.method': 'count' },
    });
  });

  it('is a child of the active span, and the call carries it', async () => {
    const { caller, made } = tracedCaller();
    await within('request', () => caller.call('stock', 'count', 1, { id: 'x', headers: { actor: 'ann' } }));
    const span = lastSpan('call stock/count');
    expect(span.parent).toBe(lastSpan('request').id);
    expect(made).toEqual([{ id: 'x', headers: { actor: 'ann', traceparent: traceparentOf(span) } }]);
  });

  it.each([
    ['a declared failure', soldOut, 'sold_out'],
    ['an error of the queue', new QueueError('no_responder', 'Nobody.'), 'no_responder'],
  ])('of %s has its code, and the call rejects with it', async (_, error, code) => {
    const { caller } = tracedCaller({ answer: () => Promise.reject(error) });
    await expect(caller.call('stock', 'count', 1)).rejects.toBe(error);
    expect(lastSpan('call stock/count').attributes).toMatchObject({ 'error.type': code });
  });

  it('of a stream ends with the loop', async () => {
    const { caller } = tracedCaller();
    const items: unknown[] = [];
    for await (const item of caller.stream('stock', 'movements', 1)) {
      expect(spans()).toEqual([]);
      items.push(item);
    }
    expect(items).toEqual([1, 2]);
    expect(spans('call stock/movements')).toHaveLength(1);
  });

  it('of a stream ends when the loop is left, and the stream is left as well', async () => {
    let isLeft = false;
    const items = async function* (): AsyncGenerator<number> {
      try {
        yield* numbers();
      } finally {
        isLeft = true;
      }
    };
    const { caller } = tracedCaller({ items });
    for await (const item of caller.stream('stock', 'movements', 1)) if (item === 1) break;
    expect(isLeft).toBe(true);
    expect(spans('call stock/movements')).toHaveLength(1);
  });

  it('of a stream has the error that ends the loop', async () => {
    const items = async function* (): AsyncGenerator<number> {
      yield 1;
      throw soldOut;
    };
    const { caller } = tracedCaller({ items });
    const loop = async (): Promise<void> => {
      for await (const item of caller.stream('stock', 'movements', 1)) expect(item).toBe(1);
    };
    await expect(loop()).rejects.toBe(soldOut);
    expect(lastSpan('call stock/movements').attributes).toMatchObject({ 'error.type': 'sold_out' });
  });
});

const TRACE = '0af7651916cd43dd8448eb211c80319c';

const context = (): InvocationContext =>
  new InvocationContext({
    attempt: 2,
    id: undefined,
    headers: { traceparent: `00-${TRACE}-b7ad6b7169203331-01` },
    deadline: 1,
    until: 1,
    fail: failOf({}),
  });

const respond = (responder: AnyResponder): unknown =>
  openTelemetryTracing().responder(responder, 'stock', 'count')(1, context());

describe('the span of an invocation', () => {
  it('is a child of the call, with the number of the attempt', () => {
    expect(respond(() => 7)).toBe(7);
    expect(lastSpan('serve stock/count')).toMatchObject({
      kind: SpanKind.SERVER,
      traceId: TRACE,
      parent: 'b7ad6b7169203331',
      attributes: { 'rpc.service': 'stock', 'rpc.method': 'count', 'rpc.typed_queue.attempt': 2 },
    });
  });

  it('is active while the responder runs', async () => {
    const { caller } = tracedCaller();
    await respond(async () => caller.call('mail', 'send', 1));
    expect(lastSpan('call mail/send').parent).toBe(lastSpan('serve stock/count').id);
  });

  it('is active while a stream makes its items', async () => {
    const { caller } = tracedCaller();
    const output = respond(async function* () {
      yield 1;
      await caller.call('mail', 'send', 1);
      yield 2;
    });
    const items: unknown[] = [];
    // Safe: it returns what the responder does.
    for await (const item of output as AsyncIterable<unknown>) items.push(item);
    expect(items).toEqual([1, 2]);
    expect(lastSpan('call mail/send').parent).toBe(lastSpan('serve stock/count').id);
  });

  it('has the code of the failure that the responder throws', async () => {
    await expect(respond(() => Promise.reject(soldOut))).rejects.toBe(soldOut);
    expect(lastSpan('serve stock/count').attributes).toMatchObject({ 'error.type': 'sold_out' });
  });
});

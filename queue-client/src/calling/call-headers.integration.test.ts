import { describe, expect, it } from '@jest/globals';
import type { Headers } from '@typed-queue/contracts';
import { startTestQueue } from '@typed-queue/queue-server/testing';
import { openTelemetryTracing } from '../opentelemetry/open-telemetry-tracing.js';
import { lastSpan, within } from '../opentelemetry/spans.fixture.js';
import { only, shop, tea } from './durable-shop.fixture.js';

const reservation = 'r';

describe('headers of a call', () => {
  it('are the empty object when the caller gives none', async () => {
    await using queue = await startTestQueue(shop);
    const seen: Headers[] = [];
    queue.client.serve('stock', { reserve: (_, { headers }) => (seen.push(headers), { reservation }) }, only);
    await queue.client.call('stock', 'reserve', tea);
    expect(seen).toEqual([{}]);
  });

  it('of a durable call come with each attempt, and none passes for what the server keeps', async () => {
    await using queue = await startTestQueue(shop);
    const seen: unknown[] = [];
    const caller = queue.connect();
    const headers = { actor: 'ann', 'call-key': 'x', 'call-deadline': '1', key: 'k' };
    const reserved = caller.call('stock', 'reserve', tea, { headers });
    queue.client.serve(
      'stock',
      {
        reserve: (_, context) => {
          seen.push(context.headers);
          if (context.attempt === 1) throw context.fail('offline');
          return { reservation };
        },
      },
      only,
    );
    while (seen.length < 2) await queue.clock.advance('1s');
    expect(await reserved).toEqual({ reservation });
    expect(seen).toEqual([headers, headers]);
  });

  it.each<[string, unknown, string]>([
    ['that are no object', 'actor=ann', 'request_invalid'],
    ['that are an array', ['ann'], 'request_invalid'],
    ['with a number', { count: 1 }, 'request_invalid'],
    ['that are too large', { actor: 'x'.repeat(16 * 1024) }, 'message_too_large'],
  ])('%s are refused by the client', async (_what, headers, code) => {
    await using queue = await startTestQueue(shop);
    // As plain JavaScript may give them.
    const options = { headers } as { headers: Headers };
    await expect(queue.client.call('stock', 'reserve', tea, options)).rejects.toMatchObject({ code });
  });

  it('continue the trace of the caller in the responder', async () => {
    await using queue = await startTestQueue(shop);
    const traced = queue.connect({ tracing: openTelemetryTracing() });
    traced.serve('stock', { reserve: () => ({ reservation }) }, only);
    await within('request', () => traced.call('stock', 'reserve', tea));
    expect(lastSpan('serve stock/reserve')).toMatchObject({
      traceId: lastSpan('request').traceId,
      parent: lastSpan('call stock/reserve').id,
    });
  });

  it('of a traced call reject with their error by the field answer as well', async () => {
    await using queue = await startTestQueue(shop);
    const traced = queue.connect({ tracing: openTelemetryTracing() });
    const { answer } = traced.call('stock', 'reserve', tea, { timeoutMs: 1 });
    await queue.clock.advance('1s');
    expect(await answer).toMatchObject({ ok: false, error: { code: 'deadline_exceeded' } });
  });
});

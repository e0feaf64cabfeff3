import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contract, type Headers, type SystemContract } from '@typed-queue/contracts';
import { startTestQueue, type TestQueue } from '@typed-queue/queue-server/testing';
import { openTelemetryTracing } from './open-telemetry-tracing.js';
import { lastSpan, spans, traceparentOf, within } from './spans.fixture.js';

const failure = { path: '/tmp/a', operation: 'read', code: 'ENOENT', message: 'missing' } as const;
const save = { path: '/tmp/a', bytes: 1, sha256: 'abc', durationMs: 2 };

let server: TestQueue<SystemContract>;

beforeEach(async () => {
  server = await startTestQueue(contract);
});
afterEach(() => server.close());

const tracing = openTelemetryTracing();

/** The headers of the next messages of a group, as a client without traces gets them. */
const received = (count: number): Promise<readonly Headers[]> =>
  new Promise((resolve) => {
    const all: Headers[] = [];
    server.connect().subscribe('files', { group: 'untraced' }, ({ headers }) => {
      if (all.push(headers) === count) resolve(all);
    });
  });

describe('a client with traces', () => {
  it('continues the trace of a publisher in the handler, and in what that publishes', async () => {
    const client = server.connect({ tracing });
    const done = new Promise<unknown>((resolve) => {
      client.subscribe('files', { group: 'g' }, ({ event }) =>
        event === 'error' ? resolve(undefined) : client.publish('files', 'error', failure),
      );
    });
    await within('request', () => client.publish('files', 'save', save));
    await done;
    await client.close();
    const chain = [...spans('process files'), ...spans('publish files'), ...spans('request')];
    expect(chain).toHaveLength(5);
    expect(new Set(chain.map(({ traceId }) => traceId)).size).toBe(1);
    const [first, second] = spans('publish files');
    expect(spans('process files').map(({ parent }) => parent)).toEqual(
      expect.arrayContaining([first?.id, second?.id]),
    );
  });

  it('sends the trace as a header that every client gets, also for batches', async () => {
    const client = server.connect({ tracing });
    const headers = received(2);
    await client.publish('files', 'save', save, { headers: { key: 'k' } });
    const single = traceparentOf(lastSpan('publish files'));
    await client.publishBatch('files', [{ event: 'save', payload: save }]);
    const batch = traceparentOf(lastSpan('publish files'));
    expect(await headers).toEqual([{ key: 'k', traceparent: single }, { traceparent: batch }]);
  });

  it('has a span for each attempt', async () => {
    const client = server.connect({ tracing });
    client.on('handler:error', () => undefined);
    client.subscribe('files', { group: 'g' }, (_message, { attempt }) => {
      if (attempt < 3) throw new Error(`attempt ${attempt}`);
    });
    await client.publish('files', 'save', save);
    for (const delay of [0, '1s', '5s'] as const) {
      await server.clock.advance(delay);
      await server.idle();
    }
    await client.close();
    const attempts = spans('process files').map(({ attributes, errors }) => [
      attributes['messaging.typed_queue.attempt'],
      errors,
    ]);
    expect(attempts).toEqual([
      [1, ['attempt 1']],
      [2, ['attempt 2']],
      [3, []],
    ]);
  });
});

it('a client without traces adds no headers', async () => {
  const headers = received(1);
  await within('request', () => server.connect().publish('files', 'save', save));
  expect(await headers).toEqual([{}]);
  expect(spans().map(({ name }) => name)).toEqual(['request']);
});

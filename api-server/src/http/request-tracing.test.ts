import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import type { RequestTracing, TracedAnswer, TracedRequest } from './request-tracing.js';
import { startApi, type RunningApi } from './running-api.fixture.js';

/** Remembers the requests, and their answers as they end. */
class FakeTracing implements RequestTracing {
  readonly begun: TracedRequest[] = [];
  readonly ended: TracedAnswer[] = [];
  readonly #emitter = new EventEmitter();

  begin(request: TracedRequest) {
    this.begun.push(request);
    this.#emitter.emit('begun');
    return {
      headers: { traceparent: `trace-${this.begun.length}` },
      end: (answer: TracedAnswer) => {
        this.ended.push(answer);
        this.#emitter.emit('ended');
      },
    };
  }

  /** Resolves when the next request has begun, or ended. */
  next(event: 'begun' | 'ended'): Promise<unknown> {
    return once(this.#emitter, event);
  }
}

let tracing: FakeTracing;
let api: RunningApi;
beforeEach(async () => {
  tracing = new FakeTracing();
  api = await startApi({ tracing });
});
afterEach(() => api.close());

/** What was traced of a request. */
const traced = async (path: string, init: RequestInit = {}): Promise<TracedAnswer | undefined> => {
  const ended = tracing.next('ended');
  await fetch(`${api.url}${path}`, init);
  await ended;
  return tracing.ended.at(-1);
};

describe('the trace of a request', () => {
  it('continues that of the caller', async () => {
    await traced('/api/v1/items?name=a', { headers: { traceparent: 'given', tracestate: 'v=1' } });
    expect(tracing.begun).toEqual([
      { method: 'GET', path: '/api/v1/items', scheme: 'http', traceparent: 'given', tracestate: 'v=1' },
    ]);
  });

  it('is passed to the repository, for the events', async () => {
    await traced('/api/v1/items');
    await traced('/api/v1/items');
    const traces = api.repository.calls.map(([, context]) => context?.trace);
    expect(traces).toEqual([{ traceparent: 'trace-1' }, { traceparent: 'trace-2' }]);
  });

  it.each<[string, TracedAnswer]>([
    ['/api/v1/items', { route: '/api/v1/items', status: 200 }],
    ['/api/v1/items/000000000000000000000001', { route: '/api/v1/items/:id', status: 404 }],
    ['/admin/outbox', { route: '/admin/outbox', status: 200 }],
    ['/admin/outbox/1', { route: '/admin/outbox/:id', status: 405 }],
    ['/nowhere', { route: undefined, status: 404 }],
  ])('of %s ends with its route and status', async (path, answer) => {
    expect(await traced(path)).toEqual(answer);
  });

  it('ends without a status where the client went away', async () => {
    const [begun, ended] = [tracing.next('begun'), tracing.next('ended')];
    const client = connect(Number(new URL(api.url).port), '127.0.0.1');
    client.write('POST /api/v1/items HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n');
    client.write('Content-Type: application/json\r\n\r\n');
    await begun;
    client.destroy();
    await ended;
    expect(tracing.ended).toEqual([{ route: '/api/v1/items', status: undefined }]);
  });

  it('is none for health checks', async () => {
    await fetch(`${api.url}/livez`);
    await fetch(`${api.url}/readyz`);
    expect(tracing.begun).toEqual([]);
  });
});

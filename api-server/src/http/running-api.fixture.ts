import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { apiApp, type ApiOptions } from './app.js';
import { FakeIdempotency, FakeRepository, fakeTransact, item } from './fake-repository.fixture.js';
import type { Health } from './health.js';
import { askAt, type Ask } from './requests.fixture.js';

/** The API over fakes, on a port of its own. */
export interface RunningApi {
  readonly url: string;
  readonly repository: FakeRepository;
  /** What the server logged. */
  readonly lines: Record<string, unknown>[];
  health: Health;
  readonly ask: Ask;
  close(): Promise<void>;
}

export const startApi = async (options: Partial<ApiOptions> = {}): Promise<RunningApi> => {
  const repository = new FakeRepository();
  const lines: Record<string, unknown>[] = [];
  const logger = pino(
    { level: 'debug', base: null, timestamp: false },
    // Safe: pino writes objects.
    { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  let ids = 0;
  const server = createServer(
    { requireHostHeader: false },
    apiApp({
      resources: [{ model: item, repository, transact: fakeTransact }],
      idempotency: new FakeIdempotency(),
      readiness: async () => api.health,
      metrics: async () => [],
      outbox: { parked: async () => [], retry: async () => false, drop: async () => false },
      logger,
      newRequestId: () => `request-${++ids}`,
      now: () => 0,
      ...options,
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Safe: a server that listens on a port has an address of this kind.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api: RunningApi = {
    url,
    repository,
    lines,
    health: { problems: [], details: {} },
    ask: askAt(url),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return api;
};

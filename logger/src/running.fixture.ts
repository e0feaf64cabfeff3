import { PassThrough } from 'node:stream';
import { contract } from '@typed-queue/contracts';
import { FakeQueue } from './fake-queue.fixture.js';
import { selectionOf } from './filter.js';
import { jsonLayout } from './layouts/json-layout.js';
import { runLogger, type LoggerDeps } from './logger.js';
import { groupOf } from './source.js';

/** Of all that is started, and never goes off. */
export const never: LoggerDeps['after'] = () => () => undefined;

/** Runs a logger of everything at a fake queue; any part may be another. */
export const start = (deps: Partial<LoggerDeps> = {}) => {
  const queue = new FakeQueue();
  const stop = new AbortController();
  const stderr = new PassThrough({ encoding: 'utf8' });
  const selection = selectionOf(contract, { queues: [], events: [] });
  const exitCode = runLogger({
    // Safe: the fake has the four methods, without their types.
    queue: queue as unknown as LoggerDeps['queue'],
    contract,
    server: 'http://localhost:3333',
    selection,
    source: groupOf(contract, selection),
    layout: jsonLayout,
    stdout: new PassThrough(),
    stderr,
    after: never,
    signal: stop.signal,
    ...deps,
  });
  const status = (): string => String(stderr.read() ?? '');
  return { queue, stop, exitCode, status };
};

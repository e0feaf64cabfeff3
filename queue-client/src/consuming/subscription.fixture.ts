import type { Outcome, Range } from '@typed-queue/contracts';
import { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import { grantHeader, seqFrame } from './grants.fixture.js';
import { GroupSubscription } from './group-subscription.js';
import type { AnyHandler } from './handler.js';
import { RequestLog } from '../requests.fixture.js';
import { ManualRuntime } from '../runtime.fixture.js';

/** A promise, and the hand that settles it. */
export const gate = () => {
  let open = (): void => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
};

/** A subscription of group `logger` to `files`, with a server that answers when the test says so. */
export const openSubscription = (handle: AnyHandler, concurrency = 1) => {
  const runtime = new ManualRuntime();
  const server = new RequestLog();
  const emitter = new Emitter<ClientEvents>(runtime.report);
  const events: [string, object][] = [];
  for (const name of ['gap', 'lease:lost', 'handler:error', 'error'] as const) {
    emitter.on(name, (event: object) => void events.push([name, event]));
  }
  const ends: string[] = [];
  const subscription = new GroupSubscription({
    request: { subscription: 'files/1', queue: 'files', group: 'logger', form: 'frame' },
    concurrency,
    handle,
    server,
    runtime,
    emitter,
    onEnd: () => ends.push('ended'),
  });
  const join = (tokens: readonly number[] = []): void => {
    subscription.online();
    server.joins.at(-1)?.answer({ ok: true, value: { epoch: 'e', floor: 1, leaseMs: 30_000, tokens } });
    runtime.turn();
  };
  const grant = (token: number, firstSeq: number, count: number): void =>
    subscription.granted(grantHeader(token), seqFrame(firstSeq, count));
  /** What was told from a request on: for each, its token, outcome and ranges. */
  const told = (from = 0) =>
    server.settles
      .slice(from)
      .map(({ settlements }) =>
        settlements.map(
          ({ token, outcome, ranges }): [number, Outcome['kind'], readonly Range[] | undefined] => [
            token,
            outcome.kind,
            ranges,
          ],
        ),
      );
  const confirm = (): void => {
    server.settles.at(-1)?.answer({ ok: true, value: null });
    runtime.turn();
  };
  return { runtime, server, events, ends, subscription, join, grant, told, confirm };
};

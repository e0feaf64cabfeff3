import type { QueueDefinition, Range } from '@typed-queue/contracts';
import type { Outcome, Subscribed } from '@typed-queue/contracts/wire';
import { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import { grantHeader, keyedFrame, seqFrame } from './grants.fixture.js';
import { GroupSubscription, type SubscriptionDeps } from './group-subscription.js';
import type { AnyHandler } from './handler.js';
import { numbers } from '../publishing/numbers.fixture.js';
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

/** The answer to who joins. */
export const subscribed = (rest: Partial<Subscribed> = {}): Subscribed => ({
  epoch: 'e',
  floor: 1,
  life: 'l',
  leaseMs: 30_000,
  tokens: [],
  contract: { fingerprint: null, since: 1 },
  ...rest,
});

/** The subscribe request of the fixture. */
export const request: SubscriptionDeps['request'] = {
  subscription: 'files/1',
  queue: 'files',
  group: 'logger',
  form: 'frame',
  settings: {},
};

/** A subscription of group `logger` to `files`, with a server that answers when the test says so. */
export const openSubscription = (
  handle: AnyHandler,
  concurrency = 1,
  definition: QueueDefinition = numbers.files,
  rest: Partial<SubscriptionDeps> = {},
) => {
  const runtime = new ManualRuntime();
  const server = new RequestLog();
  const emitter = new Emitter<ClientEvents>(runtime.report);
  const events: [string, object][] = [];
  for (const name of [
    'gap',
    'lease:lost',
    'handler:error',
    'handler:slow',
    'dead-letter',
    'error',
  ] as const) {
    emitter.on(name, (event: object) => void events.push([name, event]));
  }
  const ends: string[] = [];
  const subscription = new GroupSubscription({
    request,
    definition,
    concurrency,
    handle,
    server,
    runtime,
    emitter,
    onEnd: () => ends.push('ended'),
    ...rest,
  });
  const join = (tokens: readonly number[] = [], rest: Partial<Subscribed> = {}): void => {
    subscription.online();
    server.joins.at(-1)?.answer({ ok: true, value: subscribed({ tokens, ...rest }) });
    runtime.turn();
  };
  const grant = (token: number, firstSeq: number, count: number): void =>
    subscription.granted(grantHeader(token), seqFrame(firstSeq, count));
  /** Grants messages with these ordering keys; undefined: without one. */
  const grantKeyed = (token: number, firstSeq: number, ...keys: readonly (string | undefined)[]): void =>
    subscription.granted(grantHeader(token), keyedFrame(firstSeq, keys));
  const revoke = (token: number, ...ranges: readonly Range[]): void =>
    subscription.revoked({ subscription: 'files/1', token, ranges });
  /** The settlements from a request on: token, outcome and ranges of each. */
  const sentOutcomes = (from = 0) =>
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
  return {
    runtime,
    server,
    events,
    ends,
    subscription,
    join,
    grant,
    grantKeyed,
    revoke,
    sentOutcomes,
    confirm,
  };
};

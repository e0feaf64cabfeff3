import type { Range } from '@typed-queue/contracts';
import type { Subscribed } from '@typed-queue/contracts/wire';
import { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import { grantHeader, keyedFrame, seqFrame } from './grants.fixture.js';
import { GroupSubscription, type SubscriptionDeps } from './group-subscription.js';
import type { AnyHandler } from './handler.js';
import { numbers } from '../publishing/numbers.fixture.js';
import { RequestLog } from '../requests.fixture.js';
import { ManualRuntime } from '../runtime.fixture.js';
import { freeUse } from '../agreement/queue-use.fixture.js';

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

type KeysBySeq = Readonly<Record<number, string | undefined>>;

/** A subscription of group `logger` to `files`, with a server that answers when the test says so. */
export const openSubscription = (handle: AnyHandler, deps: Partial<SubscriptionDeps> = {}) => {
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
    use: freeUse,
    request,
    definition: numbers.files,
    concurrency: 1,
    handle,
    server,
    runtime,
    emitter,
    onEnd: () => ends.push('ended'),
    ...deps,
  });
  /** Connects; the server answers the subscribe request. `tokens`: of the leases that the member still holds. */
  const join = (answer: Partial<Subscribed> = {}): void => {
    subscription.online();
    server.joins.at(-1)?.answer({ ok: true, value: subscribed(answer) });
    runtime.endTurn();
  };
  const grant = ({ token, seqs: [first, last] }: { readonly token: number; readonly seqs: Range }): void =>
    subscription.granted(grantHeader(token), seqFrame(first, last - first + 1));
  /** `keys`: the ordering keys by consecutive seqs; undefined: without one. */
  const grantKeyed = ({ token, keys }: { readonly token: number; readonly keys: KeysBySeq }): void =>
    subscription.granted(grantHeader(token), keyedFrame(Number(Object.keys(keys)[0]), Object.values(keys)));
  const revoke = (token: number, ...ranges: readonly Range[]): void =>
    subscription.revoked({ subscription: 'files/1', token, ranges });
  /** From a request on, the settlements of each: `{ token, ack: ranges }`. */
  const sentOutcomes = (from = 0) =>
    server.settles
      .slice(from)
      .map(({ settlements }) =>
        settlements.map(({ token, outcome, ranges }) => ({ token, [outcome.kind]: ranges })),
      );
  /** The server accepts the last settle request. */
  const confirmSettle = (): void => {
    server.settles.at(-1)?.answer({ ok: true, value: null });
    runtime.endTurn();
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
    confirmSettle,
  };
};

import type { AnyMessage } from '@typed-queue/contracts';
import type { Settlement } from '@typed-queue/contracts/wire';
import { Emitter } from '../emitter.js';
import type { ClientEvents } from '../events.js';
import { numbers } from '../publishing/numbers.fixture.js';
import { serverOf } from '../requests.fixture.js';
import { ManualRuntime, eventLoopIdle } from '../runtime.fixture.js';
import { DeadLetter, RetryAfter } from './failure.js';
import { grantHeader } from './grants.fixture.js';
import { GroupSubscription } from './group-subscription.js';
import { KeyServer, seqsOf } from './key-server.fixture.js';
import { gate } from './subscription.fixture.js';
import { freeUse } from '../agreement/queue-use.fixture.js';

type HandlerEnd = 'succeed' | 'fail' | 'later' | 'dead-letter';

export type PlainStep = 'turn' | 'process' | 'refuse' | 'deliver' | 'fire' | 'cut' | 'connect' | 'drain';

export type Step =
  | { readonly kind: PlainStep }
  | { readonly kind: 'grant'; readonly most: number }
  | { readonly kind: 'end'; readonly how: HandlerEnd; readonly handler: number }
  | { readonly kind: 'expire'; readonly lease: number }
  | { readonly kind: 'seek'; readonly to: number };

interface Running extends ReturnType<typeof gate> {
  readonly seq: number;
  readonly key: string | undefined;
  /** By token and seq. */
  readonly name: string;
}

const LEASE_TIMER_MS = 10_000;

/** A subscription, its server and its handlers, moved step by step. What must never be is written down as `wrong`. */
export class KeyPlay {
  readonly server: KeyServer;
  readonly wrong: string[] = [];
  /** The leases that the client named when it joined last. */
  tokens: readonly number[] = [];
  starts = 0;
  #running: Running[] = [];
  readonly #runtime = new ManualRuntime();
  readonly #subscription: GroupSubscription;
  /** Settled, since an operator last put the group before it. */
  readonly #concluded = new Set<number>();
  readonly #revoked = new Set<string>();
  /** Handlers that ended after a revoke. */
  readonly #inVain = new Set<string>();
  readonly #settled = new Set<string>();
  #online = false;
  readonly #steps: Readonly<Record<PlainStep, () => unknown>> = {
    turn: () => this.#runtime.endTurn(),
    process: () => this.server.process(),
    refuse: () => this.server.process(true),
    deliver: () => this.#deliver(),
    fire: () => this.#runtime.fireNextTimer(),
    cut: () => this.#cut(),
    connect: () => this.#connect(),
    drain: () => this.#subscription.release(),
  };

  /** `window`: with a small one, requests do not wait for the answers of others. */
  constructor(keys: readonly (string | undefined)[], concurrency: number, window: number) {
    const server = new KeyServer(keys);
    this.server = server;
    this.#subscription = new GroupSubscription({
      use: freeUse,
      request: {
        subscription: 'files/1',
        queue: 'files',
        group: 'logger',
        form: 'frame',
        settings: {},
        window: { messages: window },
      },
      definition: numbers.files,
      concurrency,
      handle: (message) => this.#handle(message),
      server: serverOf({
        subscribe: (...[request, answer]: Parameters<KeyServer['subscribe']>) => {
          this.tokens = request.tokens ?? [];
          server.subscribe(request, answer);
        },
        settle: (...[name, settlements, answer]: Parameters<KeyServer['settle']>) => {
          settlements.forEach((settlement) => this.#hear(settlement));
          server.settle(name, settlements, answer);
        },
      }),
      runtime: this.#runtime,
      emitter: new Emitter<ClientEvents>(this.#runtime.report),
      onEnd: () => this.wrong.push('it ended'),
    });
  }

  async take(step: Step): Promise<void> {
    if (step.kind === 'grant') this.server.grant(step.most);
    else if (step.kind === 'end') this.#finish(step.how, step.handler);
    else if (step.kind === 'expire') this.#expire(step.lease);
    else if (step.kind === 'seek') this.#seek(step.to);
    else this.#steps[step.kind]();
    await eventLoopIdle();
  }

  /** Goes on until nothing is left to do: no lease ends any more, and none is extended. */
  async finish(): Promise<boolean> {
    const { server } = this;
    this.#connect();
    for (let round = 0; round < 1_000; round++) {
      while (server.process()) await eventLoopIdle();
      while (this.#deliver()) await eventLoopIdle();
      for (const running of this.#running) this.#end('succeed', running);
      await eventLoopIdle();
      this.#runtime.endTurn();
      const quiet = !server.busy && this.#running.length === 0 && this.#runtime.deferred === 0;
      if (quiet && server.done.size === server.seqs.length) return true;
      if ([...this.#runtime.timers.values()].some((ms) => ms < LEASE_TIMER_MS)) this.#runtime.fireNextTimer();
      server.grant(3);
    }
    return false;
  }

  #hear({ token, outcome, ranges = [] }: Settlement): void {
    for (const seq of outcome.kind === 'extend' ? [] : seqsOf(ranges)) {
      const name = `${token}/${seq}`;
      this.#settled.add(name);
      if (this.#inVain.has(name)) this.wrong.push(`${seq} settled after it was revoked`);
    }
  }

  #handle({ seq, payload, headers: { key } }: AnyMessage): Promise<void> | undefined {
    this.starts++;
    const token = Number(payload);
    const name = `${token}/${seq}`;
    if (this.#revoked.has(name)) this.wrong.push(`${seq} begun after it was revoked`);
    if (this.#settled.has(name)) this.wrong.push(`${seq} begun after its outcome was sent`);
    if (key !== undefined && this.#running.some((other) => other.key === key)) {
      this.wrong.push(`two of ${key} at once: ${seq}`);
    }
    const before = this.server.seqs.filter((other) => other < seq && this.server.keyOf(other) === key);
    const valid = key !== undefined && this.server.holders.get(seq) === token;
    if (valid && !before.every((other) => this.#concluded.has(other)))
      this.wrong.push(`${seq} before others`);
    if (seq % 4 === 0) {
      this.#concluded.add(seq);
      return undefined;
    }
    const work = gate();
    this.#running.push({ ...work, seq, key, name });
    return work.promise;
  }

  #finish(how: HandlerEnd, handler: number): void {
    const running = this.#running[handler % Math.max(1, this.#running.length)];
    if (running !== undefined) this.#end(how, running);
  }

  #end(how: HandlerEnd, running: Running): void {
    this.#running = this.#running.filter((other) => other !== running);
    if (this.#revoked.has(running.name)) this.#inVain.add(running.name);
    if (how === 'succeed' || how === 'dead-letter') this.#concluded.add(running.seq);
    if (how === 'succeed') running.open();
    else if (how === 'fail') running.fail(new Error('failed'));
    else running.fail(how === 'later' ? new RetryAfter(0) : new DeadLetter('never'));
  }

  #deliver(): boolean {
    const packet = this.server.packet();
    if (packet?.kind === 'answer') packet.deliver();
    else if (packet?.kind === 'grant') this.#subscription.granted(grantHeader(packet.token), packet.frame);
    else if (packet?.kind === 'revoke') {
      const { token, ranges } = packet;
      for (const seq of seqsOf(ranges)) this.#revoked.add(`${token}/${seq}`);
      this.#subscription.revoked({ subscription: 'files/1', token, ranges });
    }
    return packet !== undefined;
  }

  #connect(): void {
    if (this.#online) return;
    this.#online = true;
    this.server.connect();
    this.#subscription.online();
  }

  #cut(): void {
    if (!this.#online) return;
    this.#online = false;
    this.server.cut();
    this.#subscription.offline();
  }

  #expire(lease: number): void {
    const tokens = [...new Set(this.server.holders.values())];
    const token = tokens[lease % Math.max(1, tokens.length)];
    if (token !== undefined) this.server.expire(token);
  }

  #seek(to: number): void {
    for (const seq of this.server.seqs.slice(to - 1)) this.#concluded.delete(seq);
    this.server.seek(to);
  }
}

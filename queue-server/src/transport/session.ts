import { QueueError, type DifferingClient } from '@typed-queue/contracts';
import {
  requestVersions,
  type ContractReport,
  type ServedContract,
  type Subscribed,
  type Tailing,
} from '@typed-queue/contracts/wire';
import { connectionGroupQuota, type GroupQuota, type PrincipalGroupQuotas } from '../access/group-quota.js';
import type { After } from '@typed-queue/contracts/wire';
import type { GroupDelivery } from '../delivery/group-delivery.js';
import type { ConnectionEnd } from '../engine/claim.js';
import type { Tails } from '../delivery/tailing/tails.js';
import { parsePosition, parseSubscriptionName, type SubscribeInput } from '../guard/requests.js';
import type { ContractReports, Reporter } from '../overview/contract-reports.js';
import { isCutOff } from './behind-fronts.js';
import { TailSubscription } from './tail-subscription.js';
import type { Connection } from './connection.js';
import { GroupMember } from './group-member.js';
import { DelayedPositions } from './delayed-positions.js';
import { ConnectionCalls, type ConnectionCallsDeps } from './connection-calls.js';
import { Subscriptions } from './subscriptions.js';

export interface SessionDeps extends ConnectionCallsDeps {
  readonly delivery: GroupDelivery;
  readonly tails: Tails;
  readonly servedContract: (queue: string) => ServedContract;
  readonly contractReports: ContractReports;
  readonly limits: SessionLimits;
  readonly groupQuotas: PrincipalGroupQuotas;
  /** Whether its connections are of fronts, which have a request of their own. Default: false. */
  readonly isBehindFronts?: boolean | undefined;
  readonly after: After;
}

/** Of one connection. */
interface SessionLimits {
  readonly maxSubscriptions: number;
  /** Existing groups that it has created. */
  readonly maxGroups: number;
}

/** What a client finishes before its connection ends. */
export interface Finishing {
  /** Also what its members hold; else they come back to their leases. */
  readonly members: boolean;
  readonly withinMs: number;
}

const FINISH_STEP_MS = 20;

/** Shown of a client, see `DifferingClient`. */
const MAX_GROUPS_SHOWN = 20;

/** One connected client and its subscriptions: memberships in groups, and tails. */
export class Session implements Reporter {
  readonly calls: ConnectionCalls;
  readonly #connection: Connection;
  readonly #deps: SessionDeps;
  readonly #subscriptions: Subscriptions<GroupMember | TailSubscription>;
  readonly #groupQuota: GroupQuota;
  readonly #positions: DelayedPositions;
  /** The server is about to end the connection. */
  #isFinishing = false;

  constructor(connection: Connection, deps: SessionDeps) {
    this.#connection = connection;
    this.#deps = deps;
    this.calls = new ConnectionCalls(connection, deps);
    const { limits, delivery } = deps;
    this.#subscriptions = new Subscriptions(limits.maxSubscriptions);
    this.#groupQuota = connectionGroupQuota(limits.maxGroups, (queue, group) =>
      delivery.hasGroup(queue, group),
    );
    this.#positions = new DelayedPositions(connection.rate, deps.after);
    connection.sendBuffer.onCredit(() => this.#resume());
  }

  get client(): string {
    return this.#connection.identity.name;
  }

  get principal(): string {
    return this.#connection.tokenValidity.principal.name;
  }

  get account(): Connection['account'] {
    return this.#connection.account;
  }

  uses(queue: string): Pick<DifferingClient, 'groups' | 'tails'> {
    const uses = this.#subscriptions.all().filter((subscription) => subscription.queue === queue);
    const groups = uses.flatMap((each) => (each.kind === 'group' ? [each.group] : []));
    return {
      groups: [...new Set(groups)].slice(0, MAX_GROUPS_SHOWN),
      tails: uses.length - groups.length,
    };
  }

  /** How the client's contract of a queue differs. */
  reportContract(queue: string, report: ContractReport): void {
    this.#deps.contractReports.report(queue, this, report);
  }

  async subscribe(input: unknown): Promise<Subscribed> {
    const request = this.#connection.guard.subscribe(input);
    const member = await this.#subscriptions.open(request.subscription, () =>
      this.#groupQuota.join(request, () => this.#join(request)),
    );
    // The rights may have changed since.
    if (await this.#endForbidden()) this.#connection.guard.subscribe(input);
    return { ...this.#started(member).subscribed, contract: this.#deps.servedContract(request.queue) };
  }

  async tail(input: unknown): Promise<Tailing> {
    const request = this.#connection.guard.tail(input);
    const tail = await this.#subscriptions.open(request.subscription, () =>
      TailSubscription.open(this.#connection, this.#deps.tails, request),
    );
    if (await this.#endForbidden()) this.#connection.guard.tail(input);
    return { ...this.#started(tail).tailing, contract: this.#deps.servedContract(request.queue) };
  }

  serve(input: unknown): null {
    return this.calls.responding.serve(input, this.#deps.limits.maxSubscriptions);
  }

  pause(name: unknown): null {
    this.#member(name).pause();
    return null;
  }

  async settle(name: unknown, settlements: unknown): Promise<null> {
    await this.#member(name).settle(settlements);
    return null;
  }

  position(name: unknown, next: unknown): null {
    const subscription = this.#subscriptions.get(parseSubscriptionName(name));
    if (subscription.kind === 'group') throw wrongKind('is of a group, which has no position of its own');
    const position = parsePosition(next);
    if (subscription.reports(position)) this.#positions.report(subscription, position);
    // A position that says nothing new has no limit in what was sent.
    else this.#connection.rate.takeControl(0);
    return null;
  }

  async unsubscribe(name: unknown): Promise<null> {
    await this.#end(this.#subscriptions.remove(parseSubscriptionName(name)));
    return null;
  }

  /**
   * The server that the client is connected to ends the connection: takes part in nothing new. Resolves when it has done
   * what it has begun, or the time is over. What members hold then stays theirs: they may be handling it.
   */
  async finish({ members, withinMs }: Finishing): Promise<null> {
    const { after } = this.#deps;
    const all = members ? this.#subscriptions.all() : [];
    const groups = all.flatMap((each) => (each.kind === 'group' ? [each] : []));
    this.#isFinishing = true;
    const over = new AbortController();
    const cancel = after(withinMs, () => over.abort());
    this.calls.endServing();
    for (const group of groups) group.pause();
    // Behind the last grant: what the client has not begun it gives back.
    if (members) this.#connection.socket.emit('draining');
    const isDone = (): boolean => this.calls.isIdle && groups.every(({ isIdle }) => isIdle);
    while (!isDone() && !over.signal.aborted && this.#connection.socket.connected) {
      await new Promise<void>((resolve) => void after(FINISH_STEP_MS, resolve));
    }
    cancel();
    return null;
  }

  #howItEnded(): ConnectionEnd {
    const isCut = this.#deps.isBehindFronts === true && isCutOff(this.#connection);
    if (this.#isFinishing || isCut) return 'cut-off';
    return this.#connection.isEndNoticed ? 'lost' : 'silent';
  }

  /** The connection is closed: its members may return on another. */
  close(): void {
    const end = this.#howItEnded();
    this.calls.close();
    this.#positions.close();
    this.#deps.contractReports.forget(this);
    for (const subscription of this.#subscriptions.clear()) {
      if (subscription.kind === 'tail') subscription.end();
      else subscription.close(end);
    }
  }

  /** The token is no longer valid: nothing is sent until `renew`. */
  expire(error: QueueError): void {
    const { sendBuffer, rooms, socket, version } = this.#connection;
    sendBuffer.suspend();
    for (const subscription of this.#subscriptions.all()) {
      if (subscription.kind === 'tail') subscription.suspend();
    }
    rooms.suspend();
    // An older client cannot show another token.
    if (version < requestVersions.authenticate) socket.disconnect(true);
    else socket.emit('auth:expired', error.toJSON());
  }

  /** The token was replaced, or the rights changed. */
  async renew(): Promise<void> {
    const { sendBuffer, rooms, socket } = this.#connection;
    // Forbidden subscriptions are removed before anything is sent.
    const ending = this.#endForbidden();
    rooms.resume();
    sendBuffer.resume();
    const areCallsPermitted = this.calls.renew();
    // One forbidden subscription disconnects the whole client: it comes back at once with all of them, and gets the error
    // of this one.
    if ((await ending) || !areCallsPermitted) socket.disconnect(true);
  }

  /** Ends the subscriptions that the principal has no right to. @returns whether there were any */
  async #endForbidden(): Promise<boolean> {
    const { guard } = this.#connection;
    const forbidden = this.#subscriptions.removeAll((subscription) => !subscription.isPermitted(guard));
    await Promise.all(forbidden.map((subscription) => this.#end(subscription)));
    return forbidden.length > 0;
  }

  async #end(subscription: GroupMember | TailSubscription): Promise<void> {
    if (subscription.kind === 'group') return subscription.leave();
    this.#positions.forget(subscription);
    subscription.end();
  }

  /** Operators, who may delete groups, have no quota. */
  #join(request: SubscribeInput): Promise<GroupMember> {
    const { guard, tokenValidity } = this.#connection;
    const { delivery, groupQuotas } = this.#deps;
    const join = (): Promise<GroupMember> => GroupMember.join(this.#connection, delivery, request);
    if (guard.mayAdminister(request.queue)) return join();
    return groupQuotas.join(tokenValidity.principal.name, request, join);
  }

  /** There may be credit again. */
  #resume(): void {
    for (const subscription of this.#subscriptions.all()) subscription.resume();
    this.calls.resume();
  }

  /** Starts it in the next turn of the event loop, so that the answer is sent before the first message. */
  #started<T extends GroupMember | TailSubscription>(subscription: T): T {
    setImmediate(() => {
      if (subscription.kind === 'tail') subscription.start();
      else subscription.resume();
    });
    return subscription;
  }

  #member(name: unknown): GroupMember {
    const subscription = this.#subscriptions.get(parseSubscriptionName(name));
    if (subscription.kind === 'group') return subscription;
    throw wrongKind('is a tail, which settles nothing');
  }
}

const wrongKind = (what: string): QueueError =>
  new QueueError('request_invalid', `The subscription ${what}.`);

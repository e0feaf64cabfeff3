import { QueueError, type Contract, type ErrorBody } from '@typed-queue/contracts';
import { failed, requestVersions, type After } from '@typed-queue/contracts/wire';
import type { Duplex } from 'node:stream';
import type { MemoryBudget, Reservation } from '../../access/budget.js';
import type { Guard } from '../../guard/guard.js';
import {
  answerRequest,
  needsToken,
  unknownRequest,
  type AnsweringDeps,
} from '../../transport/client-requests.js';
import type { Connection } from '../../transport/connection.js';
import { sendFragment, type Fragment } from '../../transport/frame-packet.js';
import { OpenRequests, type Handler } from '../../transport/open-requests.js';
import { requestSize } from '../../transport/packet-decoder.js';
import { chargeUnread } from '../../transport/request-charge.js';
import type { ServedClient } from '../../transport/socket-server.js';
import { readerOf } from '../../transport/socket-readers.js';
import { Subscriptions } from '../../transport/subscriptions.js';
import { ClientLeaving } from './client-leaving.js';
import { arrivedPacket, type ArrivedPacket } from './front-decoder.js';
import { OpenCalls } from './open-calls.js';
import { routeOf } from './routes.js';
import { UnitEvents } from './unit-events.js';
import { UnitLink } from './unit-link.js';
import { UnitLinks } from './unit-links.js';
import type { UnitPacket } from './unit-socket.js';

/** Nothing is read from a client of which more waits for units. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** A client that is there answers a ping every 25 s. */
const PRESENT_MS = 26_000;

export interface FrontClientDeps extends AnsweringDeps {
  /** Opens a stream to the unit of a queue. @throws QueueError `storage_unavailable` when there is none for a while */
  readonly links: (queue: string, signal: AbortSignal) => Promise<Duplex>;
  /** The queues of the contract, one for each unit. */
  readonly queues: readonly string[];
  readonly contract: Contract;
  /** By queue: why its unit could not be reached when it last was asked for. */
  readonly problems: ReadonlyMap<string, unknown>;
  readonly limits: { readonly maxSubscriptions: number };
  readonly connections: () => number;
  readonly budget: Pick<MemoryBudget, 'bytes' | 'used'>;
  readonly after: After;
}

/** A request of a client. */
export interface FrontRequest {
  readonly verb: string;
  /** Without the callback. */
  readonly args: readonly unknown[];
  /** With it, if the client passed one. */
  readonly given: readonly unknown[];
  readonly bytes: number;
  readonly packet: ArrivedPacket;
}

/** A subscription, or a responder, of a client. */
interface Named {
  readonly queue: string;
}

/** One client of a front: its requests go to the units of their queues, and what those send goes to it. */
export class FrontClient implements ServedClient {
  readonly connection: Connection;
  readonly deps: FrontClientDeps;
  readonly requests: OpenRequests;
  readonly links: UnitLinks;
  readonly subscriptions: Subscriptions<Named>;
  /** The queue of each responder. */
  readonly responders = new Map<string, string>();
  readonly calls = new OpenCalls();
  readonly leaving: ClientLeaving;
  readonly #events: UnitEvents;
  readonly #waiting: Reservation;
  #auth: object;
  #isExpired = false;

  constructor(connection: Connection, deps: FrontClientDeps) {
    this.connection = connection;
    this.deps = deps;
    this.requests = new OpenRequests(connection);
    this.subscriptions = new Subscriptions(deps.limits.maxSubscriptions);
    this.links = new UnitLinks((queue, number, onClosed) => this.#link(queue, number, onClosed));
    this.leaving = new ClientLeaving({
      links: this.links,
      after: deps.after,
      onDraining: () => connection.socket.emit('draining'),
      onLeft: () => connection.socket.conn.close(),
    });
    this.#events = new UnitEvents(this);
    this.#waiting = connection.account.charge(0);
    // Units would each make up another name.
    this.#auth = { ...connection.socket.handshake.auth, name: connection.identity.name };
    connection.lastHeard.watch();
    connection.sendBuffer.onCredit(() => this.#balanceReading());
    connection.socket.use((packet) => this.#request(packet));
  }

  /** With the current rights of the client. */
  get guard(): Guard {
    return this.connection.guard;
  }

  /** Passes a request on as it came. */
  forward(
    queue: string,
    request: FrontRequest,
    onRefused = (error: unknown) => this.refuse(request, error),
  ): void {
    const { text, attachment } = request.packet;
    this.links.of(queue).send({ text, attachment, onRefused });
    this.#balanceWriting();
  }

  /** Passes a request on with other arguments. */
  forwardAs(queue: string, request: FrontRequest, args: readonly unknown[]): void {
    const text = `2${request.packet.id ?? ''}${JSON.stringify([request.verb, ...args])}`;
    this.links.of(queue).send({ text, onRefused: (error) => this.refuse(request, error) });
    this.#balanceWriting();
  }

  /** Asks the unit of a queue. @throws QueueError as the unit answers */
  ask(queue: string, ...request: readonly unknown[]): Promise<unknown> {
    return this.links.of(queue).ask(...request);
  }

  /** The queues to whose units the client has any right. */
  get units(): readonly string[] {
    return this.deps.queues.filter((queue) => this.guard.knows(queue));
  }

  /** Answers a request here. */
  answer(request: FrontRequest, handler: Handler): void {
    void answerRequest({ ...request, handler }, this.connection, {
      audit: this.deps.audit,
      refusals: this.deps.refusals,
      onError: this.deps.onError,
      onCallsRefused: (calls, error) => this.#refuseCalls(calls, error),
    });
  }

  refuse(request: FrontRequest, error: unknown): void {
    this.answer(request, () => {
      chargeUnread(this.connection.rate, request);
      throw error;
    });
  }

  /** Shows the token of the client to all units. */
  async show(token: string): Promise<void> {
    await this.connection.tokenValidity.show(token);
    this.#auth = { ...this.#auth, token };
    await Promise.all(this.links.all().map((link) => link.ask('authenticate', { token })));
  }

  write({ text, attachments }: UnitPacket): void {
    const { conn } = this.connection.socket;
    conn.write(text);
    for (const bytes of attachments) conn.write(bytes);
    this.#balanceReading();
  }

  #writeFragment(fragment: Fragment): void {
    sendFragment(this.connection.socket, fragment);
    this.#balanceReading();
  }

  expire(error: QueueError): void {
    this.expired(error.toJSON());
  }

  /** Once until the client shows another token, whoever notices first. */
  expired(error: ErrorBody): void {
    if (this.#isExpired) return;
    this.#isExpired = true;
    const { socket, version } = this.connection;
    if (version < requestVersions.authenticate) socket.disconnect(true);
    else socket.emit('auth:expired', error);
  }

  async renew(): Promise<void> {
    this.#isExpired = false;
  }

  close(): void {
    this.links.close(this.connection);
    this.#waiting.release();
  }

  #link(queue: string, number: number, onClosed: () => void): UnitLink {
    // Requests before another token is shown are of the former principal, also while the link is being opened.
    const auth = this.#auth;
    return new UnitLink({
      open: (signal) => this.deps.links(queue, signal),
      address: this.connection.address,
      auth,
      onPing: (pong) => this.#whilePresent(pong),
      onPacket: (packet) => this.#events.pass(packet, number),
      onFragment: (fragment) => this.#writeFragment(fragment),
      onWritten: () => this.#balanceWriting(),
      onFailed: onClosed,
      onLost: () => void this.leaving.lost(),
    });
  }

  /** A unit must not take a client that is gone for one that lives. */
  #whilePresent(pong: () => void): void {
    const { lastHeard, socket } = this.connection;
    if (lastHeard.silentMs <= PRESENT_MS) pong();
    else socket.conn.once('packet', pong);
  }

  #request(packet: readonly unknown[]): void {
    if (!this.connection.socket.connected) return;
    const arrived = arrivedPacket(packet);
    if (arrived === undefined) return;
    const [event, ...given] = packet;
    const args = typeof given.at(-1) === 'function' ? given.slice(0, -1) : given;
    const route = routeOf(event);
    const verb = route === undefined ? 'request' : String(event);
    const request = { verb, args, given, bytes: requestSize(packet), packet: arrived };
    if (route === undefined) {
      this.answer(request, unknownRequest(event));
      return;
    }
    try {
      if (needsToken(verb)) this.connection.tokenValidity.check();
      this.leaving.check(verb);
      route(this, request);
    } catch (error) {
      this.refuse(request, error);
    }
  }

  #refuseCalls(calls: unknown, thrown: unknown): void {
    if (!Array.isArray(calls)) return;
    const { error } = failed(thrown);
    const ids = this.calls.unknownOf(calls);
    if (ids.length === 0) return;
    this.connection.socket.emit(
      'answers',
      ids.map((id) => ({ id, kind: 'error', error })),
    );
  }

  /** A client that does not read stops the units from sending. */
  #balanceReading(): void {
    if (this.connection.sendBuffer.credit() > 0) this.links.resume();
    else this.links.pause();
  }

  /** Units that do not read stop the client from sending. */
  #balanceWriting(): void {
    const bytes = this.links.unsentBytes;
    this.#waiting.resize(bytes);
    const reader = readerOf(this.connection.socket.conn.request.socket);
    if (bytes > MAX_WAITING_BYTES) reader?.hold();
    else if (bytes <= MAX_WAITING_BYTES / 2) reader?.release();
  }
}

import {
  QueueError,
  type ClientToServerEvents,
  type Contract,
  type ServerToClientEvents,
} from '@typed-queue/contracts';
import {
  openFrame,
  type GrantHeader,
  type Handshake,
  type ServedContract,
  type Settlement,
  type SubscribeRequest,
  type Tailing,
  type TailRequest,
} from '@typed-queue/contracts/wire';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { stored } from '../requests.fixture.js';

const UNKNOWN: ServedContract = { fingerprint: null, since: 1 };

type QueueSocket = Socket<ClientToServerEvents<Contract>, ServerToClientEvents<Contract>>;

/** A server that speaks the wire protocol over real sockets, stores nothing, and is controlled by tests. */
export class FakeServer {
  readonly handshakes: Handshake[] = [];
  /** The payloads of each frame that came. */
  readonly frames: unknown[][] = [];
  readonly joins: SubscribeRequest<string>[] = [];
  readonly settlements: Settlement[] = [];
  readonly left: string[] = [];
  readonly tails: TailRequest<string>[] = [];
  /** The answer to who begins a tail. */
  tailing: Tailing = { epoch: 'e', next: 1, contract: UNKNOWN };
  /** Refuses the next handshakes. */
  refusal: QueueError | undefined;
  /** The only protocol version that it serves. Default: any. */
  protocolVersion: number | undefined;
  /** Whether frames are answered. */
  answering = true;
  readonly #http = createServer();
  readonly #io = new Server<ClientToServerEvents<Contract>, ServerToClientEvents<Contract>>(this.#http, {
    transports: ['websocket'],
  });
  #lastSeq = 0;

  async listen(): Promise<string> {
    this.#io.use((socket, next) => {
      this.handshakes.push(socket.handshake.auth);
      const refusal = this.refusal ?? this.#versionRefusal(socket.handshake.auth);
      next(refusal && Object.assign(new Error(refusal.message), { data: refusal.toJSON() }));
    });
    this.#io.on('connection', (socket) => this.#serve(socket));
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    // Safe: a server that listens on a port has an address and a port.
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  grant(header: GrantHeader, frames: Uint8Array): void {
    this.#io.emit('grant:frame', header, frames);
  }

  draining(): void {
    this.#io.emit('draining');
  }

  gap(gap: Parameters<ServerToClientEvents<Contract>['gap']>[0]): void {
    this.#io.emit('gap', gap);
  }

  broadcast<E extends keyof ServerToClientEvents<Contract>>(
    event: E,
    ...args: Parameters<ServerToClientEvents<Contract>[E]>
  ): void {
    this.#io.emit(event, ...args);
  }

  /** Cuts all connections, as a network does. */
  cut(): void {
    for (const socket of this.#io.sockets.sockets.values()) socket.conn.close();
  }

  /** Ends all connections, as a server does. */
  dismiss(): void {
    this.#io.disconnectSockets(true);
  }

  async close(): Promise<void> {
    await this.#io.close();
  }

  /** Why a server of version 1 refuses a handshake, in its words. */
  #versionRefusal({ protocolVersion: asked }: Handshake): QueueError | undefined {
    const { protocolVersion } = this;
    if (protocolVersion === undefined || asked === protocolVersion) return undefined;
    const text = `This server speaks protocol version ${protocolVersion}, the client version ${asked}. Update the older one.`;
    return new QueueError('protocol_unsupported', text, {
      details: { server: protocolVersion, client: asked },
    });
  }

  #serve(socket: QueueSocket): void {
    socket.on('publish:frame', (_, bytes, answer) => {
      const frame = openFrame(bytes);
      this.frames.push(
        Array.from({ length: frame.count }, (__, index) => JSON.parse(frame.payloadText(index)) as unknown),
      );
      if (!this.answering) return;
      answer(stored(this.#lastSeq + 1));
      this.#lastSeq += frame.count;
    });
    socket.on('subscribe', (request, answer) => {
      this.joins.push(request);
      answer({
        ok: true,
        value: {
          epoch: 'e',
          floor: 1,
          life: 'l',
          leaseMs: 30_000,
          tokens: request.tokens ?? [],
          contract: UNKNOWN,
        },
      });
    });
    socket.on('tail', (request, answer) => {
      this.tails.push(request);
      answer({ ok: true, value: this.tailing });
    });
    socket.on('pause', (_, answer) => {
      answer({ ok: true, value: null });
    });
    socket.on('unsubscribe', (subscription, answer) => {
      this.left.push(subscription);
      answer({ ok: true, value: null });
    });
    socket.on('settle', (_, settlements, answer) => {
      this.settlements.push(...settlements);
      answer({ ok: true, value: null });
    });
  }
}

import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Contender } from './contender.js';

const PROBE_EVERY_MS = 100;
/** Probes in a row without an answer, until a server counts as down: a busy one may miss one. */
const FALL = 3;

/** A server that takes messages, and which of its starts it was. */
interface Answering {
  readonly contender: Contender;
  readonly starts: number;
}

/** A load balancer in front of servers of which one takes messages: connections go to the one that says so. */
export class Balancer {
  readonly #server: Server;
  readonly #contenders: readonly Contender[];
  readonly #cuts: boolean;
  readonly #connections = new Map<Socket, Contender>();
  readonly #probing: Promise<void>;
  #ready: Answering | undefined;
  /** Where connections go. */
  #active: Contender | undefined;
  #missed = 0;
  #isClosed = false;

  private constructor(server: Server, contenders: readonly Contender[], cuts: boolean) {
    this.#server = server;
    this.#contenders = contenders;
    this.#cuts = cuts;
    server.on('connection', (client) => this.#pass(client));
    this.#probing = this.#probe();
  }

  /** `cuts`: whether it ends the connections to a server that takes no messages any more; else clients must notice. */
  static async start(contenders: readonly Contender[], { cuts }: { cuts: boolean }): Promise<Balancer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Balancer(server, contenders, cuts);
  }

  get url(): string {
    // Safe: a server that listens on a port has an address of this kind.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The server that said so when it was asked last, and was not started again since; undefined: none did. */
  get ready(): Contender | undefined {
    const { contender, starts } = this.#ready ?? {};
    return contender?.starts === starts ? contender : undefined;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#probing;
    this.#server.close();
    for (const socket of this.#connections.keys()) socket.destroy();
    await once(this.#server, 'close');
  }

  async #probe(): Promise<void> {
    while (!this.#isClosed) {
      this.#ready = await this.#ask();
      this.#missed = this.ready === undefined ? this.#missed + 1 : 0;
      if (this.#missed === 0 || this.#missed >= FALL) this.#active = this.ready;
      if (this.#cuts) this.#cutOthers();
      await setTimeout(PROBE_EVERY_MS);
    }
  }

  async #ask(): Promise<Answering | undefined> {
    const asked = this.#contenders.map((contender) => ({ contender, starts: contender.starts }));
    const ready = await Promise.all(asked.map(({ contender }) => contender.isReady()));
    return asked.find((_, index) => ready[index]);
  }

  #cutOthers(): void {
    for (const [socket, contender] of this.#connections) if (contender !== this.#active) socket.destroy();
  }

  #pass(client: Socket): void {
    const contender = this.#active;
    client.on('error', () => undefined);
    if (contender === undefined) return void client.destroy();
    const server = connect(contender.port, '127.0.0.1');
    this.#connections.set(client, contender);
    client.once('close', () => this.#connections.delete(client));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => undefined).once('close', () => other.destroy());
      one.pipe(other);
    }
  }
}

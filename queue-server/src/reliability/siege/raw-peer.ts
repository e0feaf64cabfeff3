import { once } from 'node:events';
import { Agent } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { WebSocket, type RawData } from 'ws';
import { ATTACKER, type Target } from '../server-process.js';

const MIB = 1024 * 1024;
const LOOK_MS = 5;
const MAX_LOOKS = 400;
/** `42`, the number of a request, its JSON; `43`, the number, the answer. */
const ANSWER = /^43(\d+)(\[.*)$/s;

const agent = new Agent({ localAddress: ATTACKER });

type Answer = (result: RequestResult) => void;

/** The answer to a request; undefined: the connection ended before it came. */
export type RequestResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: { readonly code: string } }
  | undefined;

/** A connection that sends packets, right or wrong, and answers the pings of its server as long as it reads. */
export class RawPeer {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, Answer>();
  #requests = 0;
  #failure = 'the server closed the connection';
  #onEvent: (event: string, ...args: unknown[]) => void = () => undefined;
  #onConnect: (packet: string) => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('error', ({ message }) => (this.#failure = message));
    socket.on('message', (data, isBinary) => {
      if (!isBinary) this.#take(textOf(data));
    });
    socket.on('close', () => this.#end());
  }

  /** A connection that the server knows nothing of yet; closed already when it was refused. */
  static async open({ port }: Target, headers: Readonly<Record<string, string>> = {}): Promise<RawPeer> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, {
      agent,
      headers,
      perMessageDeflate: false,
      // Zeros need no masking, so that one large buffer serves all peers without a copy.
      generateMask: (mask) => mask.fill(0),
    });
    const peer = new RawPeer(socket);
    await Promise.race([once(socket, 'open'), once(socket, 'close')]).catch(() => undefined);
    return peer;
  }

  /** A connection that has shown the server's key. @throws Error when it is refused all the same */
  static async admitted(target: Target, client: string = crypto.randomUUID()): Promise<RawPeer> {
    const peer = await RawPeer.open(target);
    const answer = new Promise<string>((resolve) => (peer.#onConnect = resolve));
    peer.send(`40${JSON.stringify({ token: target.key, client })}`);
    const packet = await Promise.race([answer, peer.closed().then(() => peer.#failure)]);
    if (!packet.startsWith('40')) throw new Error(`not admitted: ${packet}`);
    return peer;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  async closed(): Promise<void> {
    if (this.#socket.readyState !== WebSocket.CLOSED) await once(this.#socket, 'close');
  }

  onEvent(listener: (event: string, ...args: unknown[]) => void): void {
    this.#onEvent = listener;
  }

  send(packet: string | Buffer): void {
    if (this.isOpen) this.#socket.send(packet);
  }

  ping(data: Buffer): void {
    if (this.isOpen) this.#socket.ping(data);
  }

  /** Resolves when little waits to be sent, or the server takes nothing for two seconds. */
  async drained(): Promise<void> {
    for (let looks = 0; this.isOpen && this.#socket.bufferedAmount > MIB && looks < MAX_LOOKS; looks++) {
      await setTimeout(LOOK_MS);
    }
  }

  stopReading(): void {
    this.#socket.pause();
  }

  request(event: string, ...args: readonly unknown[]): Promise<RequestResult> {
    return this.#ask((number) => this.send(`42${number}${JSON.stringify([event, ...args])}`));
  }

  /** A request whose packet was made before, as text: everything after its number. */
  requestText(text: string): Promise<RequestResult> {
    return this.#ask((number) => this.send(`42${number}${text}`));
  }

  publishFrame(queue: string, frame: Buffer): Promise<RequestResult> {
    const placeholder = { _placeholder: true, num: 0 };
    return this.#ask((number) => {
      this.send(`451-${number}${JSON.stringify(['publish:frame', queue, placeholder])}`);
      this.send(frame);
    });
  }

  close(): void {
    this.#socket.terminate();
  }

  #ask(send: (number: number) => void): Promise<RequestResult> {
    if (!this.isOpen) return Promise.resolve(undefined);
    const number = this.#requests++;
    return new Promise((resolve) => {
      this.#answers.set(number, resolve);
      send(number);
    });
  }

  #take(packet: string): void {
    if (packet === '2') this.send('3');
    if (packet.startsWith('40') || packet.startsWith('44')) this.#onConnect(packet);
    if (packet.startsWith('42')) {
      // Safe: an event is an array of its name and its arguments.
      this.#onEvent(...(JSON.parse(packet.slice(2)) as [string, ...unknown[]]));
    }
    const [, number, answer] = ANSWER.exec(packet) ?? [];
    if (answer === undefined) return;
    // Safe: an answer is an array of one result.
    this.#answers.get(Number(number))?.((JSON.parse(answer) as RequestResult[])[0]);
    this.#answers.delete(Number(number));
  }

  #end(): void {
    for (const answer of this.#answers.values()) answer(undefined);
    this.#answers.clear();
  }
}

// Safe: what is no array is a buffer or an array buffer, and `from` takes both.
const textOf = (data: RawData): string =>
  Array.isArray(data) ? Buffer.concat(data).toString() : Buffer.from(data as Buffer).toString();

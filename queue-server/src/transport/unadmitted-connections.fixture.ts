import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { pino, type Logger } from 'pino';
import { WebSocket } from 'ws';

/** How much a flood sends between two looks at what comes back. */
const BATCH = 16;

/** A bare TCP connection that counts what it hears. */
export class UnadmittedConnection {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  heard = '';

  constructor(url: string) {
    const { port, hostname } = new URL(url);
    this.socket = connect(Number(port), hostname);
    // A reset is one way of being closed.
    this.socket.on('error', () => undefined);
    this.socket.on('data', (bytes) => (this.heard += bytes.toString('latin1')));
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
  }

  async connected(): Promise<this> {
    if (this.socket.connecting) await once(this.socket, 'connect');
    return this;
  }
}

/** A WebSocket of Engine.IO that is not a client of ours, and counts what it hears. */
export class EngineIoSocket {
  readonly socket: WebSocket;
  readonly closed: Promise<void>;
  readonly heard: string[] = [];
  pongs = 0;

  private constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
      perMessageDeflate: false,
      headers,
    });
    this.socket.on('error', () => undefined);
    // Safe: without a setting of its own, `ws` gives what came as one Buffer.
    this.socket.on('message', (data) => this.heard.push((data as Buffer).toString()));
    this.socket.on('pong', () => this.pongs++);
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
  }

  static async open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<EngineIoSocket> {
    const opened = new EngineIoSocket(url, headers);
    await Promise.race([once(opened.socket, 'message'), opened.closed]);
    return opened;
  }

  /** One that was let in. */
  static async admitted(
    url: string,
    token: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<EngineIoSocket> {
    const opened = await EngineIoSocket.open(url, headers);
    opened.socket.send(`40{"token":"${token}"}`);
    await Promise.race([once(opened.socket, 'message'), opened.closed]);
    return opened;
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed;
  }

  /** Sends something again and again, as fast as the server takes it, until the connection is closed. */
  async flood(send: (socket: WebSocket, sent: () => void) => void): Promise<void> {
    while (this.socket.readyState === WebSocket.OPEN) {
      const sent = Array.from({ length: BATCH }, () => {
        return new Promise<void>((resolve) => send(this.socket, resolve));
      });
      await Promise.race([Promise.all(sent), this.closed]);
      await turn();
    }
    this.socket.resume();
    await this.closed;
  }
}

/** The warnings of a server. */
export const warningsOf = (): { logger: Logger; warnings: Record<string, unknown>[] } => {
  const warnings: Record<string, unknown>[] = [];
  const write = (line: string): void => {
    // Safe: pino writes objects.
    warnings.push(JSON.parse(line) as Record<string, unknown>);
  };
  return { logger: pino({ level: 'warn' }, { write }), warnings };
};

import { StoreProcess } from './store-process.js';

/** A nats-server with JetStream, with a port and a folder of its own. */
export class NatsProcess extends StoreProcess {
  protected readonly program = 'nats-server';
  /** It says who it is to everybody who connects. */
  protected readonly probe = { request: '', answer: 'INFO ' };

  protected arguments(): readonly string[] {
    const { port, dir } = this.place;
    return ['--addr', '127.0.0.1', '--port', String(port), '--jetstream', '--store_dir', dir];
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }
}

import { StoreProcess } from './store-process.js';

/** A nats-server with JetStream, with a port and a folder of its own. */
export class NatsProcess extends StoreProcess {
  protected readonly program = 'nats-server';
  /** It says who it is to everybody who connects. */
  protected readonly probe = { request: '', answer: 'INFO ' };

  protected arguments(): readonly string[] {
    const { host, port, dir } = this.place;
    return ['--addr', host.address, '--port', String(port), '--jetstream', '--store_dir', dir];
  }

  get url(): string {
    return `nats://${this.host.address}:${this.port}`;
  }
}

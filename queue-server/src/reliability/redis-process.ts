import { StoreProcess } from './store-process.js';

/** With these a Redis flushes before it answers. */
export const FLUSHING: readonly string[] = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** A redis-server with a port and a folder of its own. By default it stores nothing on the disk. */
export class RedisProcess extends StoreProcess {
  protected readonly program = 'redis-server';
  protected readonly probe = { request: 'PING\r\n', answer: '+PONG' };

  protected arguments(): readonly string[] {
    const { port, dir } = this.place;
    return ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', ''];
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }
}

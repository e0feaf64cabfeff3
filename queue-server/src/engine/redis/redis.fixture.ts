import { RedisProcess } from '../../reliability/redis-process.js';
import { describeWithProgram } from '../optional-program.fixture.js';
import { connector, type Argument } from './connection.js';

/** Tests that need a Redis. */
export const describeWithRedis = describeWithProgram('redis-server', 'REQUIRE_REDIS');

/** A redis-server of a test. */
export class RedisServer extends RedisProcess {
  /** Runs one command, on a connection of its own. */
  async command(command: string, ...args: readonly Argument[]): Promise<unknown> {
    const connection = await (await connector({ url: this.url }))();
    try {
      return await connection.call(command, args);
    } finally {
      connection.close();
    }
  }
}

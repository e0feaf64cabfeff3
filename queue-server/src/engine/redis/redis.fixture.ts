import { describe } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { RedisProcess } from '../../reliability/redis-process.js';
import { connector, type Argument } from './connection.js';

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;

/** Tests that need a Redis: skipped without one, unless it is required. */
export const describeWithRedis = (name: string, declare: () => void): void => {
  if (isInstalled || process.env.REQUIRE_REDIS === '1') describe(name, declare);
  else describe.skip(`${name} (skipped: redis-server is not installed)`, declare);
};

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

import { printedVersion, startBroker } from './broker-process.js';
import type { Broker, Site } from './peer.js';

/** When Redis flushes its file: before it answers, or each second in the background. */
export type AppendFsync = 'always' | 'everysec';

/** Resolves when the server takes connections. */
export const startRedis = ({ folder, port }: Site, appendFsync: AppendFsync): Promise<Broker> =>
  startBroker({
    command: 'redis-server',
    args: [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
      ...['--appendonly', 'yes', '--appendfsync', appendFsync, '--save', ''],
    ],
    folder,
    port,
  });

export const redisVersion = (): Promise<string | undefined> =>
  printedVersion('redis-server', ['--version'], /v=[\d.]+/);

export const acknowledgesOf = (appendFsync: AppendFsync): string =>
  appendFsync === 'always' ? 'fdatasync' : 'page cache, fdatasync each second';

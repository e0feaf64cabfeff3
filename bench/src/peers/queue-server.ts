import { join } from 'node:path';
import { startBroker } from './broker-process.js';
import type { Broker, Site } from './peer.js';

/** The queue server of this checkout; resolves when it is ready. */
export const startQueueServer = (
  { folder, port, node }: Pick<Site, 'folder' | 'port' | 'node'>,
  env: NodeJS.ProcessEnv = {},
): Promise<Broker> =>
  startBroker({
    command: node,
    args: [join(import.meta.dirname, '../../../queue-server/bin.mjs')],
    env: { PORT: String(port), DATA_DIR: folder, LOG_LEVEL: 'warn', ...env },
    folder,
    port,
    isReady: () =>
      fetch(`http://127.0.0.1:${port}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ),
  });

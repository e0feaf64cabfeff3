import { contract as system, defineContract } from '@typed-queue/contracts';
import { connect } from '@typed-queue/queue-client';
import { startQueueServer } from '@typed-queue/queue-server';
import type { Say } from './client.js';
import { contract } from './contract.js';
import { Warehouse } from './warehouse.js';

interface OpenWarehouse {
  /** Of its queue server. */
  readonly url: string;
  close(): Promise<void>;
}

interface Reach {
  /** 0: any that is free. */
  readonly port: number;
  /** Origins whose pages may connect. */
  readonly origins: readonly string[];
}

/** A queue server with the system's queues as well, and a warehouse with five tea. Resolves when it can be called. */
export const openWarehouse = async (reach: Reach, say: Say): Promise<OpenWarehouse> => {
  const server = await startQueueServer({
    ...reach,
    contract: defineContract({ ...system, ...contract }),
    storage: 'memory',
  });
  const queue = connect(contract, { url: server.url, name: 'warehouse' });
  await new Warehouse({ tea: 5 }, say).open(queue);
  return {
    url: server.url,
    close: async () => {
      await queue.close();
      await server.close();
    },
  };
};

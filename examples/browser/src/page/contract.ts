import { contract as system, defineContract } from '@typed-queue/contracts';
import { contract as orders } from '@typed-queue/example-orders/contract';

/** The queues that the page uses; a server may have fewer. */
export const contract = defineContract({ ...system, stock: orders.stock });

export type PageContract = typeof contract;

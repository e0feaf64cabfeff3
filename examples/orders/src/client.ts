import type { QueueClient } from '@typed-queue/queue-client';
import type { contract } from './contract.js';

/** The client of one service. */
export type ShopClient = QueueClient<typeof contract>;

/** Says what a service did. */
export type Say = (line: string) => void;

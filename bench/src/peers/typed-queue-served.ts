import { contractOf } from './typed-queue-contract.js';

/** What the server's `CONTRACT` names: the queues that the bench puts into its environment. */
export const contract = contractOf((process.env.BENCH_QUEUES ?? '').split(','));

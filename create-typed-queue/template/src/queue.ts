import { connect, type QueueClient } from '@typed-queue/queue-client';
import { contract, type Contract } from './contract.js';

/** A client of the server that the environment names; `name` is what the server calls it. */
export const connectQueue = (name: string): QueueClient<Contract> =>
  connect(contract, {
    url: process.env.QUEUE_URL ?? 'http://localhost:3333',
    token: process.env.QUEUE_TOKEN,
    name,
  });

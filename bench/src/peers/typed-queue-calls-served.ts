import { callContract } from './typed-queue-call-contract.js';

/** What the server's `CONTRACT` names. */
export const contract = callContract;

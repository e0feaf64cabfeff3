import { Subscriptions } from './subscriptions.js';

/** Loaded with the client: a subscription is sent in the turn in which it is made. */
export const subscriptionsPart = async (): Promise<unknown> => Subscriptions;

/** What keeps subscriptions. Pages that subscribe to nothing do not load it. */
export const subscriptionsPart = async (): Promise<unknown> =>
  (await import('./subscriptions.js')).Subscriptions;

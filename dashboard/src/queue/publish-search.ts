/** Which event the publish page has a form for. */
export interface PublishSearch {
  readonly event?: string;
}

/** From the address of the page; what is wrong counts as left out. */
export const publishSearch = ({ event }: Record<string, unknown>): PublishSearch =>
  typeof event === 'string' && event !== '' ? { event } : {};

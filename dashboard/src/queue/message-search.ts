/** Which page of the groups of a message is shown. */
export interface MessageSearch {
  /** Only groups whose names sort after this one. */
  readonly after?: string;
}

/** From the address of the page; what is wrong counts as left out. */
export const messageSearch = ({ after }: Record<string, unknown>): MessageSearch =>
  typeof after === 'string' && after !== '' ? { after } : {};

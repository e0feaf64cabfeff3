/** Which queues the page of contracts shows, and which of them is opened. */
export interface ContractsSearch {
  /** Text in their names. */
  readonly search?: string;
  /** The page that begins after this queue. */
  readonly after?: string;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** From the address of the page; what is wrong in it counts as left out. */
export const contractsSearch = ({ search, after }: Record<string, unknown>): ContractsSearch => ({
  ...(isText(search) ? { search } : {}),
  ...(isText(after) ? { after } : {}),
});

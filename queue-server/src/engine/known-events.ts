/** Which events can be handled. */
export type KnownEvents = 'all' | ReadonlySet<string>;

export const knowsEvent = (known: KnownEvents, event: string): boolean => known === 'all' || known.has(event);

/** What at least one of several knows. */
export const unionOf = (all: readonly KnownEvents[]): KnownEvents => {
  const union = new Set<string>();
  for (const known of all) {
    if (known === 'all') return 'all';
    for (const event of known) union.add(event);
  }
  return union;
};

/** What the bucket of a store says of its owner. */
export interface OwnerValue {
  readonly id: string;
  /** The machine it runs on, for the operator. */
  readonly name: string;
  /** How many owners there were, with this one. */
  readonly number: number;
  /** How long it is valid without a renewal. */
  readonly termMs: number;
  readonly released?: true;
}

/** Undefined: somebody else wrote it. */
export const ownerOf = (text: string): OwnerValue | undefined => {
  const value = parsed(text);
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('id' in value && 'name' in value && 'number' in value && 'termMs' in value)) return undefined;
  const { id, name, number, termMs } = value;
  if (typeof id !== 'string' || typeof name !== 'string') return undefined;
  if (typeof number !== 'number' || typeof termMs !== 'number') return undefined;
  const released = 'released' in value && value.released === true;
  return { id, name, number, termMs, ...(released ? { released } : {}) };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

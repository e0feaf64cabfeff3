/** The value that this share of all is not above: 0.5 is the median. NaN of none. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
};

export interface Summary {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

export const summaryOf = (values: readonly number[]): Summary => ({
  median: quantile(values, 0.5),
  lowest: Math.min(...values),
  highest: Math.max(...values),
});

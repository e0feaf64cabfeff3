/** Three digits that count: `124,000`, `0.84`. */
export const numberText = (value: number): string => {
  if (!Number.isFinite(value)) return '–';
  const rounded = Number(value.toPrecision(value >= 1_000 ? 4 : 3));
  return rounded.toLocaleString('en', { maximumFractionDigits: rounded >= 100 ? 0 : 2 });
};

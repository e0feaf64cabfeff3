/** Each value of a form is a field, which takes some milliseconds to be drawn, and again with each key. */
const MOST_ITEMS = 200;
const MOST_VALUES = 500;

const ITEMS = `A list in this payload has more than ${MOST_ITEMS} items, too many for a form: write it as JSON.`;
const VALUES = `This payload has more than ${MOST_VALUES} values, too many for a form: write it as JSON.`;

/** Why a payload is too large for a form; undefined: it is not. */
export const formExcess = (payload: unknown): string | undefined => {
  let values = 0;
  const open: unknown[] = [payload];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value) && value.length > MOST_ITEMS) return ITEMS;
    const inside: readonly unknown[] = Object.values(value);
    values += inside.length;
    if (values > MOST_VALUES) return VALUES;
    open.push(...inside);
  }
  return undefined;
};

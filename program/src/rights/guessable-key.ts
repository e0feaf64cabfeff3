const MIN_CHARACTERS = 16;
/** Random text of 16 characters has about 15, 32 random hex digits about 23. */
const MIN_SURPRISES = 10;

/** What people type in a row: the alphabet, the digits, the rows of a keyboard. */
const ROWS = ['abcdefghijklmnopqrstuvwxyz', '0123456789', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

const isInRow = (pair: string): boolean => {
  const backwards = Array.from(pair).reverse().join('');
  return pair === backwards || ROWS.some((row) => row.includes(pair) || row.includes(backwards));
};

/** How many different pairs of neighbours there are that are no step along a row and no repetition. */
const surprises = (key: string): number => {
  const characters = Array.from(key.toLowerCase());
  const pairs = characters.slice(1).map((character, before) => `${characters[before]}${character}`);
  return new Set(pairs.filter((pair) => !isInRow(pair))).size;
};

/**
 * Whether a key is short, or mostly a repetition or rows such as 123456 or qwerty. It finds what is typed without
 * thought, and proves of no key that it is random.
 */
export const isGuessable = (key: string): boolean =>
  key.length < MIN_CHARACTERS || surprises(key) < MIN_SURPRISES;

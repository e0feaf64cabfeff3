import { createHash, randomBytes } from 'node:crypto';
import { QueueError } from '@typed-queue/contracts';
import { CLIENT_NAME } from '@typed-queue/contracts/wire';

const KEY_BYTES = 32;

/** The SHA-256 of a key, as in a keys file. */
export const keyDigest = (key: string): string => createHash('sha256').update(key).digest('hex');

/** A new key, which is shown once, and what the keys file has of it. */
export interface NewKey {
  readonly key: string;
  readonly entry: { readonly name: string; readonly sha256: string };
}

/**
 * Makes a key of 256 random bits.
 * @throws QueueError `config_invalid` for an invalid name
 */
export const newKey = (name: string, random: (bytes: number) => Buffer = randomBytes): NewKey => {
  if (!CLIENT_NAME.test(name)) {
    throw new QueueError(
      'config_invalid',
      `A key cannot have the name ${JSON.stringify(name)}: give it 1 to 128 letters, digits or any of . : @ _ -`,
    );
  }
  const key = random(KEY_BYTES).toString('base64url');
  return { key, entry: { name, sha256: keyDigest(key) } };
};

/**
 * The text that shows a new key, once, and its entry for the keys file.
 * @throws QueueError `config_invalid` for an invalid name
 */
export const newKeyText = (name: string, random: (bytes: number) => Buffer = randomBytes): string => {
  const { key, entry } = newKey(name, random);
  return `The key, shown only now. Give it to its client as QUEUE_TOKEN:

  ${key}

The entry for "keys" in the keys file. Fill in its rights:

  ${JSON.stringify({ ...entry, queues: {} })}
`;
};

const MIN_CHARACTERS = 16;
/** 16 random characters have about 15, 32 random hex digits about 23. */
const MIN_SURPRISES = 10;

/** Common sequences: the alphabet, the digits, the rows of a keyboard. */
const ROWS = ['abcdefghijklmnopqrstuvwxyz', '0123456789', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

const isInRow = (pair: string): boolean => {
  const backwards = Array.from(pair).reverse().join('');
  return pair === backwards || ROWS.some((row) => row.includes(pair) || row.includes(backwards));
};

/** Counts the different adjacent pairs that are neither a step along a row nor a repetition. */
const surprises = (key: string): number => {
  const characters = Array.from(key.toLowerCase());
  const pairs = characters.slice(1).map((character, before) => `${characters[before]}${character}`);
  return new Set(pairs.filter((pair) => !isInRow(pair))).size;
};

/**
 * Whether a key is short, or mostly a repetition or rows such as 123456 or qwerty. It proves of no key that it is random.
 */
export const isGuessable = (key: string): boolean =>
  key.length < MIN_CHARACTERS || surprises(key) < MIN_SURPRISES;

/** What is wrong with a list of keys with all rights; undefined: nothing. It shows none of them. */
export const keysProblem = (keys: readonly string[]): string | undefined => {
  // A list of unset variables, such as `$A,$B`, must not open the server.
  if (keys.length === 0) return 'it has no key in it';
  return keys.some(isGuessable)
    ? 'each key has at least 16 characters, and no repetition or row such as 123456 or qwerty for the most part; this makes one: openssl rand -hex 32'
    : undefined;
};

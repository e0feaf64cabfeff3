interface IdSources {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A random whole number below `limit`, at most 2^32. */
  readonly random: (limit: number) => number;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** Random words, many at a time: each call of the system costs as much as ten ids. */
const words = new Uint32Array(256);
let used = words.length;

const secureRandom = (limit: number): number => {
  if (used === words.length) {
    crypto.getRandomValues(words);
    used = 0;
  }
  return (words[used++] ?? 0) % limit;
};

/**
 * Makes ascending UUIDs of version 7: 48 bits of time, a 12-bit counter, and 62 new random bits for each millisecond
 * (RFC 9562, section 6.2, method 1). A full counter borrows the next millisecond.
 */
export const idFactory = (sources: Partial<IdSources> = {}): (() => string) => {
  const { now = Date.now, random = secureRandom } = sources;
  let time = 0;
  let counter = 0xfff;
  let head = '';
  let tail = '';
  return () => {
    const current = now();
    if (current > time || counter === 0xfff) {
      time = Math.max(current, time + 1);
      counter = 0;
      const ms = hex(time, 12);
      head = `${ms.slice(0, 8)}-${ms.slice(8)}-`;
      tail = `-${hex(0x8000 + random(0x4000), 4)}-${hex(random(0x1000000), 6)}${hex(random(0x1000000), 6)}`;
    } else {
      counter++;
    }
    return `${head}${hex(0x7000 + counter, 4)}${tail}`;
  };
};

/** A new UUID, version 7. */
export const newId = idFactory();

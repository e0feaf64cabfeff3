import { compare } from '../bson/compare.js';
import { keyOf } from '../bson/key.js';
import { add, type Numeric } from '../bson/number.js';
import { isNumeric, typeOf } from '../bson/type.js';
import { CommandError } from '../errors.js';

/** Takes the values of a group one by one; undefined: a document has none. */
export interface Accumulator {
  add(value: unknown): void;
  result(): unknown;
}

const isInt = (value: unknown): value is number => typeof value === 'number' && (value | 0) === value;

/** The sum of numbers. Doubles are added with compensated summation, as MongoDB does. */
class Sum implements Accumulator {
  #exact: Numeric = 0;
  #doubles = 0;
  #lost = 0;
  #hasDoubles = false;

  add(value: unknown): void {
    if (isInt(value) && isInt(this.#exact) && isInt(this.#exact + value)) {
      this.#exact += value;
      return;
    }
    // Safe: it is one of the numeric types.
    if (typeOf(value) === 'double') this.#addDouble(value as number);
    else if (isNumeric(value)) this.#exact = add(this.#exact, value as Numeric);
    if (!this.#hasDoubles || typeOf(this.#exact) !== 'decimal') return;
    const text = 'a sum of decimals and doubles is not supported by embedded-mongo';
    throw new CommandError('NotImplemented', text);
  }

  #addDouble(value: number): void {
    this.#hasDoubles = true;
    const sum = this.#doubles + value;
    const [large, small] =
      Math.abs(this.#doubles) >= Math.abs(value) ? [this.#doubles, value] : [value, this.#doubles];
    this.#lost += large - sum + small;
    this.#doubles = sum;
  }

  result(): Numeric {
    if (!this.#hasDoubles) return this.#exact;
    if (!Number.isFinite(this.#doubles)) return this.#doubles;
    const rounded = Number(this.#exact);
    this.#addDouble(rounded);
    this.#addDouble(Number(BigInt(String(this.#exact)) - BigInt(rounded)));
    this.#exact = 0;
    return this.#doubles + this.#lost;
  }
}

class Average implements Accumulator {
  readonly #sum = new Sum();
  #count = 0;

  add(value: unknown): void {
    if (!isNumeric(value)) return;
    this.#sum.add(value);
    this.#count++;
  }

  result(): number | null {
    const sum = this.#sum.result();
    if (typeof sum !== 'object') return this.#count === 0 ? null : Number(sum) / this.#count;
    throw new CommandError('NotImplemented', '$avg of a decimal is not supported by embedded-mongo');
  }
}

const isNothing = (value: unknown): boolean => value === undefined || value === null;

/** Keeps one value; null when there is none. */
const keeping =
  (replaces: (value: unknown, kept: unknown, isFirst: boolean) => boolean) => (): Accumulator => {
    let kept: unknown;
    let isFirst = true;
    return {
      add: (value) => {
        if (replaces(value, kept, isFirst)) kept = value;
        isFirst = false;
      },
      result: () => kept ?? null,
    };
  };

const extreme = (direction: 1 | -1): (() => Accumulator) =>
  keeping((value, kept) => !isNothing(value) && (kept === undefined || direction * compare(value, kept) > 0));

const list = (): Accumulator => {
  const values: unknown[] = [];
  return {
    add: (value) => {
      if (value !== undefined) values.push(value);
    },
    result: () => values,
  };
};

const set = (): Accumulator => {
  const values = new Map<string, unknown>();
  return {
    add: (value) => {
      if (value !== undefined && !values.has(keyOf(value))) values.set(keyOf(value), value);
    },
    result: () => [...values.values()],
  };
};

export const accumulators: Readonly<Record<string, () => Accumulator>> = {
  $sum: () => new Sum(),
  $avg: () => new Average(),
  $min: extreme(-1),
  $max: extreme(1),
  $first: keeping((_value, _kept, isFirst) => isFirst),
  $last: keeping(() => true),
  $push: list,
  $addToSet: set,
};

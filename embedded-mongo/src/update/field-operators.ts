import { Timestamp } from 'bson';
import { compare } from '../bson/compare.js';
import { isDocument } from '../bson/document.js';
import { add, multiply, type Numeric } from '../bson/number.js';
import { REMOVED, type Change } from '../bson/path.js';
import { isNumeric, typeOf } from '../bson/type.js';
import { CommandError } from '../errors.js';

/** Where an operator is applied, for its errors and its clock. */
export interface Place {
  readonly operator: string;
  readonly field: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What an operator makes of its operand. @throws CommandError when the operand is wrong */
export type Operator = (operand: unknown, place: Place) => Change;

const arithmetic =
  (combine: (a: Numeric, b: Numeric) => Numeric, start: (operand: Numeric) => Numeric): Operator =>
  (operand, { operator, field }) => {
    if (!isNumeric(operand)) {
      const verb = operator === '$inc' ? 'increment' : 'multiply';
      throw new CommandError('TypeMismatch', `Cannot ${verb} with non-numeric argument: {${field}: …}`);
    }
    // Safe: it is one of the numeric types, as the field's value is below.
    const number = operand as Numeric;
    return (old) => {
      if (old === undefined) return start(number);
      if (isNumeric(old)) return combine(old as Numeric, number);
      throw new CommandError(
        'TypeMismatch',
        `Cannot apply ${operator} to a value of non-numeric type. The field '${field}' is of non-numeric type ${typeOf(old)}`,
      );
    };
  };

const zeroOf = (operand: Numeric): Numeric => multiply(operand, 0);

const extreme =
  (direction: 1 | -1): Operator =>
  (operand) =>
  (old) =>
    old === undefined || direction * compare(operand, old) > 0 ? operand : old;

const currentDate: Operator = (operand, { field, now }) => {
  const type = isDocument(operand) ? operand.$type : operand;
  if (typeof type === 'boolean' || type === 'date') return () => new Date(now);
  if (type === 'timestamp') return () => new Timestamp({ t: Math.floor(now / 1000), i: 1 });
  throw new CommandError(
    'BadValue',
    `The '$type' of $currentDate for '${field}' must be 'date' or 'timestamp'`,
  );
};

export const fieldOperators: Readonly<Record<string, Operator>> = {
  $set: (operand) => () => operand,
  $setOnInsert: (operand) => () => operand,
  $unset: () => (old) => (old === undefined ? undefined : REMOVED),
  $inc: arithmetic(add, (operand) => operand),
  $mul: arithmetic(multiply, zeroOf),
  $min: extreme(-1),
  $max: extreme(1),
  $currentDate: currentDate,
};

import { compare } from '../bson/compare.js';
import { add, type Numeric } from '../bson/number.js';
import { REMOVED, type Change } from '../bson/path.js';
import { isNumeric, typeOf } from '../bson/type.js';
import { CommandError } from '../errors.js';

/** Where an operator is applied, for its errors. */
export interface Place {
  readonly operator: string;
  readonly field: string;
}

/** What an operator makes of its operand. @throws CommandError when the operand is wrong */
export type Operator = (operand: unknown, place: Place) => Change;

const increment: Operator = (operand, { field }) => {
  if (!isNumeric(operand)) {
    throw new CommandError('TypeMismatch', `Cannot increment with non-numeric argument: {${field}: …}`);
  }
  // Safe: it is one of the numeric types, as the field's value is below.
  const number = operand as Numeric;
  return (old) => {
    if (old === undefined) return number;
    if (isNumeric(old)) return add(old as Numeric, number);
    throw new CommandError(
      'TypeMismatch',
      `Cannot apply $inc to a value of non-numeric type. The field '${field}' is of non-numeric type ${typeOf(old)}`,
    );
  };
};

const extreme =
  (direction: 1 | -1): Operator =>
  (operand) =>
  (old) =>
    old === undefined || direction * compare(operand, old) > 0 ? operand : old;

export const fieldOperators: Readonly<Record<string, Operator>> = {
  $set: (operand) => () => operand,
  $setOnInsert: (operand) => () => operand,
  $unset: () => (old) => (old === undefined ? undefined : REMOVED),
  $inc: increment,
  $min: extreme(-1),
  $max: extreme(1),
};

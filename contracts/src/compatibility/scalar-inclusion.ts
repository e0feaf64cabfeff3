import type { Rule } from './rules.js';
import type { Bound, NumberShape, StringShape } from './shape/shape.js';

/** The first rule of the target that the source does not keep. */
export const stringObstacle = (source: StringShape, target: StringShape): Rule | undefined => {
  // A code point is one or two units.
  const [min, max] = [
    Math.max(source.min, Math.ceil(source.minUnits / 2)),
    Math.min(source.max, source.maxUnits),
  ];
  if (min < target.min || Math.max(source.min, source.minUnits) < target.minUnits) return 'min-length';
  if (max > target.max || Math.min(source.maxUnits, 2 * source.max) > target.maxUnits) return 'max-length';
  if (!target.patterns.every((pattern) => source.patterns.includes(pattern))) return 'pattern';
  if (!target.formats.every((format) => source.formats.includes(format))) return 'format';
  // One library has an expression for the format, the other checks by code: they differ in what they accept.
  const isOther = target.formats.length > 0 && source.patterns.length > target.patterns.length;
  return isOther ? 'format' : undefined;
};

export const numberObstacle = (source: NumberShape, target: NumberShape): Rule | undefined => {
  if (target.integer && !source.integer) return 'multiple-of';
  if (isBeyond(target.min, source.min, source.min.value < target.min.value)) return 'minimum';
  if (isBeyond(target.max, source.max, source.max.value > target.max.value)) return 'maximum';
  const own = source.integer ? [1, ...source.multiplesOf] : source.multiplesOf;
  const keeps = target.multiplesOf.every(
    (divisor) => own.includes(divisor) || (source.integer && own.some((each) => isMultiple(each, divisor))),
  );
  return keeps ? undefined : 'multiple-of';
};

const isBeyond = (target: Bound, source: Bound, isFurther: boolean): boolean =>
  isFurther ||
  (source.value === target.value && target.exclusive && !source.exclusive && Number.isFinite(source.value));

/** Not of fractions: their multiples are rounded. */
const isMultiple = (own: number, divisor: number): boolean =>
  Number.isInteger(own) && Number.isInteger(divisor) && own % divisor === 0;

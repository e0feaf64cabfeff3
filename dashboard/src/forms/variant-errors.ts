import type { OutputUnit } from '@cfworker/json-schema';

type Errors = readonly OutputUnit[];

/** A schema of false says of itself where the payload is wrong, and not where the schema is; the error before it does. */
const located = (errors: Errors): Errors =>
  errors.map((error, index) =>
    error.keyword === 'false'
      ? { ...error, keywordLocation: errors[index - 1]?.keywordLocation ?? error.keywordLocation }
      : error,
  );

const isChoice = ({ keyword }: OutputUnit): boolean => keyword === 'anyOf' || keyword === 'oneOf';

const isBelow = (location: string, outer: string): boolean => location.startsWith(`${outer}/`);

/** Whether an error is of a variant of a choice, of the same part of the payload: all items of a list have one schema. */
const isOf =
  (choice: OutputUnit) =>
  (error: OutputUnit): boolean =>
    isBelow(error.keywordLocation, choice.keywordLocation) &&
    (error.instanceLocation === choice.instanceLocation ||
      isBelow(error.instanceLocation, choice.instanceLocation));

/** Errors with those of the variant that a value is meant to be, in place of the choice that it does not match. */
export const withBestVariants = (errors: Errors): Errors => chosen(located(errors));

const chosen = (errors: Errors): Errors => {
  const index = errors.findIndex(isChoice);
  const choice = errors[index];
  if (choice === undefined) return errors;
  const isInside = isOf(choice);
  const before = errors.slice(0, index);
  const after = errors.slice(index + 1);
  const best = bestVariant(choice, after.filter(isInside));
  const others = after.filter((error) => !isInside(error));
  return [...before, ...(best ?? [choice]), ...chosen(others)];
};

/** Whether an error says that a value is meant to be another variant: it has another type, or another constant field. */
const isOtherKind = (choice: OutputUnit, { keyword, instanceLocation }: OutputUnit): boolean => {
  const inside = instanceLocation.slice(choice.instanceLocation.length + 1);
  if (inside === '') return keyword === 'type' || keyword === 'const' || keyword === 'enum';
  return keyword === 'const' && !inside.includes('/');
};

const bestVariant = (choice: OutputUnit, errors: Errors): Errors | undefined => {
  if (matchesMany(choice)) return undefined;
  const variantOf = ({ keywordLocation }: OutputUnit): string =>
    keywordLocation
      .slice(choice.keywordLocation.length + 1)
      .split('/', 1)
      .join();
  const meant = [...new Set(errors.map(variantOf))]
    .map((variant) => chosen(errors.filter((error) => variantOf(error) === variant)))
    .filter((found) => !found.some((error) => isOtherKind(choice, error)));
  const least = Math.min(...meant.map(({ length }) => length));
  const best = meant.filter(({ length }) => length === least);
  return best.length === 1 ? best[0] : undefined;
};

const matchesMany = ({ keyword, error }: OutputUnit): boolean =>
  keyword === 'oneOf' && !error.includes('(0 matches)');

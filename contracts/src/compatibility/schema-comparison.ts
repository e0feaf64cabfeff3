import { textOf, type Json, type JsonSchema } from './json.js';
import { LENGTH_UNITS, lengthUnitIn, withLengthUnit } from './length-unit.js';
import { inclusionOf, type Inclusion } from './inclusion.js';
import { canonicalSchemaOf } from './shape/canonical.js';
import { shapeOf } from './shape/parse.js';
import { unionOf } from './shape/union.js';
import { tolerant } from './shape/tolerant.js';
import { isDecidable } from './undecidable.js';

/**
 * What one side can do with an event whose schema differs on the other side.
 *
 * - `same`: both schemas allow the same, however they are written.
 * - `both`: readable and writable, but not the same.
 * - `readable`: every payload that the other side allows can be read here: all fields that our schema names are there
 *   as it says. Fields that it does not name are tolerated, also where it is strict. What we publish may be refused.
 * - `writable`: every payload that our schema allows is valid there, without tolerance: the server validates. What comes
 *   from there may not be readable.
 * - `neither`: a real clash, in both directions.
 * - `unknown`: at least one direction could not be decided.
 */
export type Verdict = 'same' | 'readable' | 'writable' | 'both' | 'neither' | 'unknown';

export interface Comparison {
  readonly verdict: Verdict;
  /** Whether everything from the other side can be read here. */
  readonly read: Inclusion;
  /** Whether everything of ours is valid on the other side. */
  readonly write: Inclusion;
}

/**
 * Compares the schemas of one event on both sides. `holds` is proved, `fails` comes with a payload that shows it, and
 * what is neither is `unknown`. A format is the same where its name is.
 *
 * A schema of an older build does not say in which unit it counts the length of texts: that of the other side is
 * presumed, since both are mostly of the same library, but they never count as the same.
 *
 * It evaluates the patterns of both sides: give it no schema of somebody who is not trusted.
 */
export const compareSchemas = (own: JsonSchema, other: JsonSchema): Comparison => {
  if (LENGTH_UNITS.every((unit) => isSame(withLengthUnit(own, unit), withLengthUnit(other, unit))))
    return { verdict: 'same', read: { kind: 'holds' }, write: { kind: 'holds' } };
  const mine = shapeOf(withLengthUnit(own, lengthUnitIn(other) ?? 'code-point'));
  const theirs = shapeOf(withLengthUnit(other, lengthUnitIn(own) ?? 'code-point'));
  const read = inclusionOf(theirs, tolerant(mine));
  const write = inclusionOf(mine, theirs);
  return { verdict: verdictOf(read, write), read, write };
};

const isSame = (one: Json, other: Json): boolean => {
  const canonical = canonicalSchemaOf(shapeOf(one));
  return isDecidable(canonical) && textOf(canonical) === textOf(canonicalSchemaOf(shapeOf(other)));
};

/** Whether each payload that one schema allows is allowed by at least one of several, such as the versions of an event. */
export const inclusionInAny = (source: JsonSchema, targets: readonly JsonSchema[]): Inclusion =>
  inclusionOf(
    shapeOf(withLengthUnit(source, lengthUnitIn([...targets]) ?? 'code-point')),
    unionOf(targets.map((target) => shapeOf(target))),
  );

export const verdictOf = (read: Inclusion, write: Inclusion): Verdict => {
  if (read.kind === 'unknown' || write.kind === 'unknown') return 'unknown';
  if (read.kind === 'holds') return write.kind === 'holds' ? 'both' : 'readable';
  return write.kind === 'holds' ? 'writable' : 'neither';
};

import { compareSchemas } from '@typed-queue/contracts/compatibility';
import type { CallPart } from './contract-schemas.js';
import { found, type Direction, type FoundDifference } from './finding.js';

/**
 * What becomes of those that have the old contract. Callers (`backward`) send inputs and read outputs; responders (`forward`)
 * read inputs and send outputs.
 */
export const callFindings = (old: CallPart, now: CallPart): readonly FoundDifference[] => {
  const input = compareSchemas(old.input, now.input);
  const output = compareSchemas(old.output, now.output);
  return [
    ...answeringDirections(old, now).map(answeredOtherwise),
    ...found(input.write, 'backward', '/input'),
    ...found(output.read, 'backward', '/output'),
    ...found(input.read, 'forward', '/input'),
    ...found(output.write, 'forward', '/output'),
  ].map((finding) => ({ ...finding, call: true }));
};

/** For whom it matters how the call is answered now. */
const answeringDirections = (old: CallPart, now: CallPart): readonly Direction[] => {
  if (old.answering.kind === now.answering.kind) return [];
  if (old.answering.kind === 'stream' || now.answering.kind === 'stream') return ['backward', 'forward'];
  // Callers may have named durable calls by their own ids; responders see no difference.
  return old.answering.kind === 'durable' ? ['backward'] : [];
};

const answeredOtherwise = (direction: Direction): FoundDifference => ({
  kind: 'breaking',
  direction,
  pointer: '/answering',
  rule: 'answering',
});

import { isJsonArray, isJsonObject, type Json, type JsonSchema } from './json.js';
import { shapeOf } from './shape/parse.js';
import { samplesOf } from './shape/samples.js';

/**
 * Payloads that a schema allows: its own `examples`, or some that were found; none where it says too little of itself.
 */
export const examplesOf = (schema: JsonSchema): readonly Json[] => {
  const given = isJsonObject(schema) ? schema.examples : undefined;
  return isJsonArray(given) && given.length > 0 ? given : foundExamplesOf(schema);
};

/** Payloads near the borders of what a schema allows, whatever examples it has. */
export const foundExamplesOf = (schema: JsonSchema): readonly Json[] => samplesOf(shapeOf(schema));

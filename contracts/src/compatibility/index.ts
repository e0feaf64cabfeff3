export { compareSchemas, inclusionInAny, verdictOf } from './schema-comparison.js';
export { isClash } from './event-difference.js';
export { examplesOf, foundExamplesOf } from './examples.js';
export { RULES } from './rules.js';
export { canonicalSchema, compareQueues, queueSchemas, schemasOf } from './queue-schemas.js';
export { UNDECIDABLE } from './json.js';
export { namedFields } from './named-fields.js';
export { jsonSchemaOf } from './schema/payload-schema.js';
export { payloadScan } from './scan/payload-scan.js';
export { undecidableIn, valueChangesIn } from './undecidable.js';

export type { Comparison, Verdict } from './schema-comparison.js';
export type { EventDifference } from './event-difference.js';
export type { Difference, Inclusion } from './inclusion.js';
export type { Json, JsonSchema } from './json.js';
export type { PayloadScan } from './scan/payload-scan.js';
export type { QueueSchemas } from './queue-schemas.js';
export type { Rule } from './rules.js';
export type { Undecidable } from './undecidable.js';

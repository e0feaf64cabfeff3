import type { ConversionConfig, toJsonSchema } from '@valibot/to-json-schema';
import { UNDECIDABLE } from '../json.js';
import { undecidableMetadata } from '../shape/keywords.js';

type Convert = typeof toJsonSchema;
export type ValibotSchema = Parameters<Convert>[0];

/** They check nothing. */
const ANNOTATIONS = ['brand', 'flavor', 'readonly'];

/** Converts a schema of valibot by `@valibot/to-json-schema`, and names what JSON Schema cannot say. */
export const valibotSchema = (schema: ValibotSchema, convert: Convert): object => {
  const converted = convert(schema, options);
  // Of several schemas in a pipe the converter keeps the keywords of the last.
  const begun = convert(schema, { ...options, typeMode: 'input' });
  if (JSON.stringify(begun) === JSON.stringify(converted)) return converted;
  return { ...converted, [UNDECIDABLE]: 'a pipe of several schemas, or a transformation' };
};

const options: ConversionConfig = {
  target: 'draft-2020-12',
  errorMode: 'ignore',
  ignoreActions: ANNOTATIONS,
  overrideSchema: ({ valibotSchema, jsonSchema, errors }) => {
    const reason = 'fallback' in valibotSchema ? 'a fallback changes the value' : errors?.[0];
    return reason === undefined ? undefined : { ...jsonSchema, [UNDECIDABLE]: reason };
  },
  overrideAction: ({ valibotAction, jsonSchema, errors }) => {
    const reason = errors?.[0];
    if (reason !== undefined) return { ...jsonSchema, [UNDECIDABLE]: reason };
    const metadata: unknown = 'metadata' in valibotAction ? valibotAction.metadata : undefined;
    const unchecked = undecidableMetadata(metadata);
    if (unchecked !== undefined) return { ...jsonSchema, [UNDECIDABLE]: unchecked };
    // Several actions have the same format and different expressions; flags other than `u` change the meaning.
    const expression = 'requirement' in valibotAction ? valibotAction.requirement : undefined;
    if (!(expression instanceof RegExp)) return undefined;
    // No other action has this format.
    if (/^(uuid|ipv6)$/.test(valibotAction.type)) return undefined;
    if (!/^u?$/.test(expression.flags)) {
      return { ...jsonSchema, [UNDECIDABLE]: `a regular expression with the flags "${expression.flags}"` };
    }
    return jsonSchema.pattern === undefined ? { ...jsonSchema, pattern: expression.source } : undefined;
  },
};

import type { ConversionConfig } from '@valibot/to-json-schema';
import { UNDECIDABLE } from '../json.js';
import { undecidableMetadata } from '../shape/keywords.js';

type Convert = NonNullable<ConversionConfig['overrideAction']>;
/** An action of a pipe, what the converter says of the pipe so far, and what it cannot say. */
type Converted = Parameters<Convert>[0];
type JsonSchemaOfValibot = Converted['jsonSchema'];
/** With marks. */
type Corrected = JsonSchemaOfValibot & { readonly [UNDECIDABLE]?: string };

/** Corrects what the converter says of an action; undefined where it is right. */
export const convertedAction: Convert = (converted) => {
  const { valibotAction: action, jsonSchema } = converted;
  const { type } = jsonSchema;
  if (action.kind === 'validation' && typeof type !== 'string') return ofSeveralTypes(converted);
  const misplaced = action.kind === 'validation' ? misplacedIn(jsonSchema, action) : undefined;
  if (misplaced !== undefined) return { type, [UNDECIDABLE]: misplaced };
  // It counts them when it has removed those that an object does not name.
  if (action.type.endsWith('entries') && isOpen(jsonSchema)) {
    const { minProperties: _least, maxProperties: _most, ...rest } = jsonSchema;
    return { ...rest, [UNDECIDABLE]: 'a number of fields, of which others are removed before' };
  }
  const unchecked = undecidableMetadata('metadata' in action ? action.metadata : undefined);
  // It may refuse what valibot accepts.
  if (unchecked !== undefined) return { [UNDECIDABLE]: unchecked };
  // It takes the remainder: only integers have none.
  if (action.type === 'multiple_of') return { ...jsonSchema, type: 'integer' };
  return failed(converted) ?? withExpression(converted);
};

/** What actions write: of values of one type, which valibot checks of any. */
const KEYWORDS: ReadonlySet<string> = new Set([
  ...['minLength', 'maxLength', 'pattern', 'format', 'contentEncoding', 'minItems', 'maxItems', 'multipleOf'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minProperties', 'maxProperties'],
  ...['const', 'enum', 'not'],
]);

const ofSeveralTypes = ({ jsonSchema, errors }: Converted): Corrected => {
  const kept = Object.entries(jsonSchema).filter(([keyword]) => !KEYWORDS.has(keyword));
  const [reason = 'an action on values of several types'] = errors ?? [];
  return { ...Object.fromEntries(kept), [UNDECIDABLE]: reason };
};

export const INCLUDES_ITEM = 'a list that must include an item';

/** What the converter writes of an action that valibot checks in another way. */
const misplacedIn = (
  { type, pattern, multipleOf }: JsonSchemaOfValibot,
  action: { readonly type: string; readonly requirement?: unknown },
): string | undefined => {
  if (pattern !== undefined && type !== 'string') return INCLUDES_ITEM;
  const isFraction = multipleOf !== undefined && !Number.isInteger(multipleOf);
  if (isFraction) return 'multiples of a fraction: valibot rounds them';
  // It compares as JavaScript does, by `<=` and `>=`.
  const isOther = (value: unknown): boolean => typeof value !== (type === 'integer' ? 'number' : type);
  const values: readonly unknown[] = [action.requirement].flat();
  return /^values?$/.test(action.type) && values.some(isOther) ? 'a value of another type' : undefined;
};

const isOpen = ({ properties, additionalProperties }: JsonSchemaOfValibot): boolean =>
  properties !== undefined && additionalProperties === undefined;

/** Of an action that the converter cannot say. */
const failed = ({ valibotAction: action, jsonSchema, errors }: Converted): Corrected | undefined => {
  const error = errors?.[0];
  if (error === undefined) return undefined;
  const reason = action.kind === 'transformation' ? `a transformation: ${error}` : error;
  // The pattern of an expression with flags refuses what the expression accepts.
  const { pattern, ...rest } = jsonSchema;
  return { ...(action.type === 'regex' ? rest : { ...rest, pattern }), [UNDECIDABLE]: reason };
};

/** Several actions have the same format and different expressions; flags other than `u` change the meaning. */
const withExpression = ({ valibotAction: action, jsonSchema }: Converted): Corrected | undefined => {
  const expression = 'requirement' in action ? action.requirement : undefined;
  if (!(expression instanceof RegExp)) return undefined;
  // No other action has this format.
  if (/^(uuid|ipv6)$/.test(action.type)) return undefined;
  const { pattern, ...rest } = jsonSchema;
  if (!/^u?$/.test(expression.flags)) {
    return { ...rest, [UNDECIDABLE]: `a regular expression with the flags "${expression.flags}"` };
  }
  if (pattern === undefined) return { ...jsonSchema, pattern: expression.source };
  return pattern === expression.source ? undefined : { ...jsonSchema, [UNDECIDABLE]: 'several formats' };
};

import { isObject, type JsonObject } from './json-object.js';
import { keepsLines } from './kept-lines.js';

const LINES = 'A field of a form cannot keep the line breaks in this payload: write it as JSON.';
const NAME =
  'A form cannot show a field of this payload that is named as what all objects have: write it as JSON.';
const CHOICE =
  'This payload is none of those that the schema lists, so no form can show it: write it as JSON.';

/** Why a form would lose something of a payload, which is small enough for one; undefined: one is. */
export const formLoss = (schema: JsonObject, payload: unknown): string | undefined => {
  if (!keepsLines(payload)) return LINES;
  if (hasPrototypeField(payload)) return NAME;
  return isUnlisted(schema, payload) ? CHOICE : undefined;
};

const inside = (value: unknown): readonly unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value) : [];

const hasPrototypeField = (value: unknown): boolean =>
  (isObject(value) && Object.keys(value).some((name) => name in Object.prototype)) ||
  inside(value).some(hasPrototypeField);

/** The form of a whole payload forgets what is in no list. */
const isUnlisted = ({ enum: listed }: JsonObject, payload: unknown): boolean =>
  Array.isArray(listed) && payload !== undefined && !listed.includes(payload);

import type * as z from 'zod';
import { UNDECIDABLE } from '../json.js';
import { undecidableMetadata } from '../shape/keywords.js';
import { hasCheckedSide, inexactIntersection } from './zod-intersection.js';
import { definitionOf, someBelow, someIn, type Definition, type Schema } from './zod-parts.js';
import { relaxRequired, undecidableRequired } from './zod-required.js';

/** What zod's converter asks about each part of a schema. */
interface Part {
  readonly zodSchema: z.core.$ZodType;
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
}

/** What zod keeps of a schema besides its checks. */
export type MetadataOf = (schema: z.core.$ZodType) => unknown;

/** Options of zod's converter, so that it names what JSON Schema cannot say, and leaves nothing out silently. */
export const zodOptions = (metadataOf: MetadataOf) =>
  ({
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }: Part): void => {
      relaxRequired(zodSchema, jsonSchema);
      const untrue = untrueOf(zodSchema, metadataOf);
      if (untrue !== undefined)
        for (const keyword of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, keyword);
      const reason = untrue ?? undecidableOf(zodSchema);
      if (reason !== undefined) jsonSchema[UNDECIDABLE] = reason;
    },
  }) as const;

/** Types that JSON Schema says completely; of others it says less, or nothing. */
const COMPLETE: ReadonlySet<string> = new Set([
  ...['string', 'number', 'int', 'boolean', 'null', 'any', 'unknown', 'never', 'enum', 'literal'],
  ...['array', 'tuple', 'object', 'record', 'union', 'intersection', 'template_literal'],
  ...['optional', 'nonoptional', 'nullable', 'readonly', 'lazy'],
]);

const LENGTHS = ['min_length', 'max_length', 'length_equals'];
/** By type, the checks that the converter writes; it leaves out those of other types. */
const COMPLETE_CHECKS: Readonly<Partial<Record<string, readonly string[]>>> = {
  string: [...LENGTHS, 'string_format'],
  array: LENGTHS,
  number: ['greater_than', 'less_than', 'multiple_of', 'number_format'],
};
const ANNOTATIONS: readonly string[] = ['describe', 'meta'];

/** Why the converter's schema refuses what zod accepts: none of it can be kept. */
const untrueOf = (schema: Schema, metadataOf: MetadataOf): string | undefined => {
  const unchecked = undecidableMetadata(metadataOf(schema));
  if (unchecked !== undefined) return unchecked;
  const def = definitionOf(schema);
  if ('toJSONSchema' in schema._zod) return 'a JSON Schema of its own';
  // It may give back what it refuses.
  if (def.type === 'catch') return 'the type catch of zod';
  if (namesOf(def).some((name) => name in Object.prototype))
    return 'a field that every object inherits, and so is never missing';
  if (def.type === 'record' && def.mode === 'loose') return 'a loose record';
  if (def.type === 'intersection') return inexactIntersection(schema, (side) => isPlain(side, metadataOf));
  return flagsOf(def);
};

/** Of fields: those of an object, and the listed keys of a record. */
const namesOf = (def: Definition): readonly string[] => {
  if (def.type === 'object') return Object.keys(def.shape);
  return def.type === 'record' ? Array.from(def.keyType._zod.values ?? [], String) : [];
};

/** What the converter merges with others of an intersection: a checked, described or recursive schema is not. */
const isPlain = (schema: Schema, metadataOf: MetadataOf): boolean =>
  (untrueOf(schema, metadataOf) ?? undecidableOf(schema)) === undefined &&
  checksOf(definitionOf(schema)).length === 0 &&
  Object.keys(Object(metadataOf(schema)) as object).length === 0 &&
  !someBelow(schema, (part) => part === schema);

const flagsOf = (def: Definition): string | undefined => {
  // Its expression wants that many characters of one line.
  if (checksOf(def).some(({ _zod: { def } }) => 'position' in def && def.position !== undefined))
    return 'a text that must be included after some position';
  const flags = checksOf(def).map(({ _zod: { def } }) =>
    def.check === 'string_format' ? (def.pattern?.flags ?? '') : '',
  );
  const flagged = flags.find((flags) => flags !== '');
  return flagged === undefined ? undefined : `a regular expression with the flags "${flagged}"`;
};

/** Why zod refuses what the converter's schema accepts. */
const undecidableOf = (schema: Schema): string | undefined => {
  const def = definitionOf(schema);
  if (!COMPLETE.has(def.type)) return `the type ${def.type} of zod`;
  if ('coerce' in def && def.coerce) return 'coercion changes the value';
  if (def.type === 'union' && def.inclusive === false && !('discriminator' in def))
    return 'an exclusive union';
  if (def.type === 'intersection' && hasCheckedSide(def)) return 'a refinement in an intersection';
  if (def.type === 'record' && someIn(def.keyType, isNumber)) return 'a record with numbers as keys';
  if (def.type === 'literal' && def.values.some((value) => value === undefined || typeof value === 'bigint'))
    return 'a literal that JSON lacks';
  if (def.type === 'object' && Object.getOwnPropertySymbols(def.shape).length > 0)
    return 'a symbol as a field';
  const reasons = [
    undecidableRequired(schema),
    ...checksOf(def).map((check) => undecidableCheck(def.type, check)),
  ];
  return reasons.find((reason) => reason !== undefined);
};

const isNumber = (schema: Schema): boolean => definitionOf(schema).type === 'number';

const checksOf = (def: Definition): readonly z.core.$ZodChecks[] => [
  // Safe: a string of a format is its own check, with the definition of one.
  ...('check' in def ? [{ _zod: { def } } as unknown as z.core.$ZodChecks] : []),
  // Safe: zod's own checks are all that `$ZodChecks` lists; others fall through to the unknown ones.
  ...((def.checks ?? []) as unknown as readonly z.core.$ZodChecks[]),
];

const undecidableCheck = (type: string, { _zod: { def } }: z.core.$ZodChecks): string | undefined => {
  if (def.check === 'overwrite') return 'a transformation';
  if (ANNOTATIONS.includes(def.check)) return undefined;
  if (COMPLETE_CHECKS[type]?.includes(def.check) !== true) return `a refinement (${def.check})`;
  if (def.check === 'multiple_of' && Number(def.value) === 0) return 'multiples of 0';
  if (!boundsOf(def).every(Number.isFinite)) return 'a number that JSON lacks';
  return def.check === 'string_format' ? undecidableFormat(def) : undefined;
};

/** What a check compares with. */
const boundsOf = (def: object): readonly unknown[] =>
  Object.entries(def).flatMap(([name, value]: [string, unknown]) => (BOUNDS.has(name) ? [value] : []));

const BOUNDS: ReadonlySet<string> = new Set(['value', 'minimum', 'maximum', 'length']);

/** Formats that the converter names or describes by a pattern, with their options. */
const FORMATS: ReadonlySet<string> = new Set([
  ...['regex', 'lowercase', 'uppercase', 'includes', 'starts_with', 'ends_with'],
  ...['email', 'url', 'uuid', 'guid', 'datetime', 'date', 'time', 'duration'],
  ...['ipv4', 'ipv6', 'cidrv4', 'cidrv6', 'mac', 'base64', 'base64url', 'e164', 'jwt'],
  ...['nanoid', 'cuid', 'cuid2', 'ulid', 'ksuid', 'xid'],
]);
/** Options that the converter leaves out. */
const LOST_OPTIONS = ['fn', 'hostname', 'protocol', 'normalize', 'alg', 'abort'];

const undecidableFormat = (def: z.core.$ZodCheckStringFormatDef): string | undefined => {
  if (!FORMATS.has(def.format)) return `the format ${def.format} of zod`;
  // Safe: only the presence of other options is looked at.
  const options = def as unknown as Readonly<Record<string, unknown>>;
  const lost = LOST_OPTIONS.find((option) => options[option] !== undefined && options[option] !== false);
  return lost === undefined ? undefined : `the option ${lost} of the format ${def.format}`;
};

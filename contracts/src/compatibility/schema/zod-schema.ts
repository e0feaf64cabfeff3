import type * as z from 'zod';
import { UNDECIDABLE } from '../json.js';
import { undecidableMetadata } from '../shape/keywords.js';

type Definition = z.core.$ZodTypes['_zod']['def'];

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
      // Safe: zod's own schemas are all that `$ZodTypes` lists; others fall through to the unknown types.
      const { def } = (zodSchema as z.core.$ZodTypes)._zod;
      const untrue = untrueOf(def, jsonSchema) ?? undecidableMetadata(metadataOf(zodSchema));
      if (untrue !== undefined)
        for (const keyword of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, keyword);
      const reason = untrue ?? undecidableOf(def);
      if (reason !== undefined) jsonSchema[UNDECIDABLE] = reason;
    },
  }) as const;

/** Types that JSON Schema says completely; of others it says less, or nothing. */
const COMPLETE: ReadonlySet<string> = new Set([
  ...['string', 'number', 'int', 'boolean', 'null', 'any', 'unknown', 'never', 'enum', 'literal'],
  ...['array', 'tuple', 'object', 'record', 'union', 'intersection', 'template_literal'],
  ...['optional', 'nonoptional', 'nullable', 'readonly', 'lazy'],
]);

const COMPLETE_CHECKS: ReadonlySet<string> = new Set([
  ...['greater_than', 'less_than', 'multiple_of', 'number_format'],
  ...['min_length', 'max_length', 'length_equals'],
]);

/** Why the converter's schema refuses what zod accepts: none of it can be kept. */
const untrueOf = (def: Definition, { allOf = [] }: Part['jsonSchema']): string | undefined => {
  if (def.type === 'intersection' && isInexact(allOf)) {
    return 'an intersection of objects without additional fields';
  }
  const flags = checksOf(def).map(({ _zod: { def } }) =>
    def.check === 'string_format' ? (def.pattern?.flags ?? '') : '',
  );
  const flagged = flags.find((flags) => flags !== '');
  return flagged === undefined ? undefined : `a regular expression with the flags "${flagged}"`;
};

/** Why zod refuses what the converter's schema accepts. */
const undecidableOf = (def: Definition): string | undefined => {
  if (!COMPLETE.has(def.type)) return `the type ${def.type} of zod`;
  if ('coerce' in def && def.coerce) return 'coercion changes the value';
  if (def.type === 'record' && def.keyType._zod.def.type === 'number') return 'a record with numbers as keys';
  if (def.type === 'literal' && def.values.some((value) => value === undefined || typeof value === 'bigint'))
    return 'a literal that JSON lacks';
  return checksOf(def)
    .map(undecidableCheck)
    .find((reason) => reason !== undefined);
};

const checksOf = (def: Definition): readonly z.core.$ZodChecks[] => [
  // Safe: a string of a format is its own check, with the definition of one.
  ...('check' in def ? [{ _zod: { def } } as unknown as z.core.$ZodChecks] : []),
  // Safe: zod's own checks are all that `$ZodChecks` lists; others fall through to the unknown ones.
  ...((def.checks ?? []) as unknown as readonly z.core.$ZodChecks[]),
];

const undecidableCheck = ({ _zod: { def } }: z.core.$ZodChecks): string | undefined => {
  if (COMPLETE_CHECKS.has(def.check)) return undefined;
  if (def.check !== 'string_format') {
    return def.check === 'overwrite' ? 'a transformation' : `a refinement (${def.check})`;
  }
  return undecidableFormat(def);
};

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

const FOLDABLE: ReadonlySet<string> = new Set(['type', 'properties', 'required', 'additionalProperties']);

/** Strict objects that zod intersects accept the keys of each other; `allOf` does so only where zod merged them. */
const isInexact = (members: readonly z.core.JSONSchema.BaseSchema[]): boolean => {
  const text = JSON.stringify(members);
  const isClosed = text.includes('"additionalProperties":false') || text.includes('"$ref"');
  return isClosed && !members.every((member) => Object.keys(member).every((key) => FOLDABLE.has(key)));
};

import { ADDITIONAL_PROPERTY_FLAG, type FieldTemplateProps, type RJSFSchema } from '@rjsf/utils';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { firstPayload } from './first-payload.js';
import { isObject } from './json-object.js';
import { AS_JSON } from './json-parts.js';
import { NULLABLE } from './nullable.js';
import { isUnion, SIMPLE } from './schema-parts.js';
import { ChosenVariant } from './union-field.js';
import { variantLabel, variantsOf } from './variants.js';

type FieldProps = FieldTemplateProps<unknown>;

/** A field that is empty when nothing is in it needs no buttons to be left out. */
const canBeEmptied = (schema: RJSFSchema): boolean => {
  const { type, enum: choices, const: constant } = schema;
  if (AS_JSON in schema) return true;
  return (choices !== undefined || SIMPLE.includes(type)) && !isUnion(schema) && constant === undefined;
};

const isNullable = (schema: RJSFSchema): boolean => NULLABLE in schema;

/** What a field begins with when it is added. */
const addedValue = (field: FieldProps): unknown => {
  const { schema } = field;
  if (!canBeEmptied(schema)) return firstValue(field, schema);
  return schema.type === 'string' && schema.enum === undefined ? '' : undefined;
};

/** A tuple begins with all its items. */
const firstValue = ({ registry: { schemaUtils } }: FieldProps, schema: RJSFSchema): unknown =>
  Array.isArray(schema.items)
    ? schema.items.map((item) => schemaUtils.getDefaultFormState(typeof item === 'object' ? item : {}))
    : schemaUtils.getDefaultFormState(schema, firstPayload({ ...schema }));

/** What is required and has no value can be typed right away where nothing must be added first. */
const isTyped = ({ schema, registry: { schemaUtils } }: FieldProps): boolean =>
  schema.type !== 'array' && schemaUtils.getDefaultFormState(schema, undefined) === undefined;

const isWhole = ({ fieldPathId }: FieldProps): boolean => fieldPathId.path.length === 0;

/** rjsf makes an object of a whole payload that is not there. */
const hasNothing = (field: FieldProps): boolean => {
  const { formData } = field;
  return (
    formData === undefined || (isWhole(field) && isObject(formData) && Object.keys(formData).length === 0)
  );
};

/** What a field has now, and what can be made of it; `isChosen`: a variant of a union, also while it has no value. */
const stateOf = (field: FieldProps, isChosen: boolean) => {
  const { formData, schema } = field;
  // An entry of a record has a button of its own that removes it.
  const required = field.required === true || isWhole(field) || ADDITIONAL_PROPERTY_FLAG in schema;
  const isNull = formData === null && isNullable(schema);
  const isLeft = isUnion(schema) ? !isChosen : !canBeEmptied(schema) && !(required && isTyped(field));
  const isAbsent = hasNothing(field) && isLeft;
  return {
    kind: isNull ? 'null' : isAbsent ? 'absent' : 'filled',
    required,
    canBeNull: formData !== null && isNullable(schema),
    canGo: !required && formData !== undefined && (formData === null || !canBeEmptied(schema)),
  } as const;
};

/** After a button changed a field, the focus is in what appeared, or on the button that took its place. */
const useFocusAfterChange = (kind: string) => {
  const place = useRef<HTMLDivElement>(null);
  const isChanged = useRef(false);
  useEffect(() => {
    if (isChanged.current)
      place.current?.querySelector<HTMLElement>('input, textarea, select, button')?.focus();
    isChanged.current = false;
  }, [kind]);
  return { place, isChanged };
};

interface OptionalFieldProps {
  readonly field: FieldProps;
  /** The field itself. */
  readonly children: ReactNode;
}

/** A field that may be absent or null, with buttons that make it so. */
export const OptionalField = ({ field, children }: OptionalFieldProps) => {
  const { label, fieldPathId, onChange } = field;
  const [chosen, setChosen] = useState(() => (hasNothing(field) ? undefined : -1));
  const { kind, required, canBeNull, canGo } = stateOf(field, chosen !== undefined);
  const { place, isChanged } = useFocusAfterChange(kind);
  const set = (value: unknown, variant = -1): void => {
    isChanged.current = true;
    setChosen(value === undefined ? undefined : variant);
    onChange(value, fieldPathId.path);
  };
  return (
    <div ref={place}>
      {kind === 'filled' ? (
        <ChosenVariant value={chosen ?? -1}>{children}</ChosenVariant>
      ) : (
        <Empty field={field} state={emptyName(kind, required)} set={set} />
      )}
      {(canBeNull || canGo) && (
        <div className="row">
          {canBeNull && <Change name="Set to null:" label={label} make={() => set(null)} />}
          {canGo && <Change name="Remove" label={label} make={() => set(undefined)} />}
        </div>
      )}
    </div>
  );
};

type EmptyName = 'null' | 'missing' | 'left out';

const emptyName = (kind: 'null' | 'absent', required: boolean): EmptyName =>
  kind === 'null' ? 'null' : required ? 'missing' : 'left out';

interface EmptyProps {
  readonly field: FieldProps;
  readonly state: EmptyName;
  readonly set: (value: unknown, variant?: number) => void;
}

const Empty = ({ field, state, set }: EmptyProps) => {
  const { label, schema, errors } = field;
  return (
    <>
      <div className="row">
        <span>
          {label === '' ? 'Payload' : label}: <code>{state}</code>
        </span>
        {isUnion(schema) ? (
          <VariantChoice field={field} set={set} />
        ) : (
          <Change
            name={state === 'null' ? 'Fill in' : 'Add'}
            label={label}
            make={() => set(addedValue(field))}
          />
        )}
      </div>
      {errors}
    </>
  );
};

/** None is chosen in advance. */
const VariantChoice = ({ field, set }: Omit<EmptyProps, 'state'>) => {
  const variants = variantsOf(field.schema, field.registry.rootSchema);
  const id = `${field.id}__variant`;
  const choose = (index: string): void => {
    const variant = variants[Number(index)];
    if (variant !== undefined) set(firstValue(field, variant.schema), Number(index));
  };
  return (
    <>
      <label htmlFor={id}>{variantLabel(field.label)}</label>
      <select id={id} value="" onChange={({ target }) => choose(target.value)}>
        <option value="" disabled>
          Choose…
        </option>
        {variants.map(({ name }, index) => (
          <option key={name} value={index}>
            {name}
          </option>
        ))}
      </select>
    </>
  );
};

const Change = ({ name, label, make }: { name: string; label: string; make: () => void }) => (
  <button type="button" onClick={make}>
    {name} {label}
  </button>
);

/** Whether a field may need buttons to be there, absent or null. */
export const isOptional = (field: FieldProps): boolean =>
  isWhole(field) ? isUnion(field.schema) : isNullable(field.schema) || !canBeEmptied(field.schema);

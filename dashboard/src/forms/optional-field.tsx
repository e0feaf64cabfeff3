import { findSchemaDefinition, type FieldTemplateProps, type RJSFSchema } from '@rjsf/utils';
import { useEffect, useRef, type ReactNode } from 'react';
import { firstPayload } from './first-payload.js';
import { NULLABLE } from './form-schema.js';

type FieldProps = FieldTemplateProps<unknown>;

/** A field that is empty when nothing is in it needs no buttons to be left out. */
const canBeEmptied = ({ type, enum: choices, anyOf, oneOf, const: constant }: RJSFSchema): boolean =>
  (choices !== undefined || SIMPLE.includes(type)) &&
  anyOf === undefined &&
  oneOf === undefined &&
  constant === undefined;

const SIMPLE: readonly unknown[] = ['string', 'number', 'integer', 'boolean'];

const isNullable = (schema: RJSFSchema): boolean => NULLABLE in schema;

/** What a field begins with when it is added: a choice is made in it. */
const addedValue = ({ schema, registry: { schemaUtils, rootSchema } }: FieldProps): unknown => {
  if (canBeEmptied(schema)) return schema.type === 'string' && schema.enum === undefined ? '' : undefined;
  const [variant] = schema.anyOf ?? schema.oneOf ?? [];
  const first = typeof variant === 'object' ? variant : schema;
  const whole = first.$ref === undefined ? first : findSchemaDefinition(first.$ref, rootSchema);
  return schemaUtils.getDefaultFormState(whole, firstPayload({ ...whole }));
};

/** What is required and has no value can be typed right away where nothing must be added first. */
const isTyped = ({ schema, registry: { schemaUtils } }: FieldProps): boolean =>
  schema.type !== 'array' && schemaUtils.getDefaultFormState(schema, undefined) === undefined;

/** What a field has now, and what can be made of it. */
const stateOf = (field: FieldProps) => {
  const { formData, schema, required = false } = field;
  const isNull = formData === null && isNullable(schema);
  const isAbsent = formData === undefined && !canBeEmptied(schema) && !(required && isTyped(field));
  return {
    kind: isNull ? 'null' : isAbsent ? 'absent' : 'filled',
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
  const { kind, canBeNull, canGo } = stateOf(field);
  const { place, isChanged } = useFocusAfterChange(kind);
  const set = (value: unknown): void => {
    isChanged.current = true;
    onChange(value, fieldPathId.path);
  };
  return (
    <div ref={place}>
      {kind === 'filled' ? children : <Empty field={field} kind={kind} add={() => set(addedValue(field))} />}
      {(canBeNull || canGo) && (
        <div className="row">
          {canBeNull && <Change name="Set to null:" label={label} make={() => set(null)} />}
          {canGo && <Change name="Remove" label={label} make={() => set(undefined)} />}
        </div>
      )}
    </div>
  );
};

interface EmptyProps {
  readonly field: FieldProps;
  readonly kind: 'null' | 'absent';
  readonly add: () => void;
}

const Empty = ({ field: { label, errors, required = false }, kind, add }: EmptyProps) => (
  <>
    <div className="row">
      <span>
        {label}: <code>{kind === 'null' ? 'null' : required ? 'missing' : 'left out'}</code>
      </span>
      <Change name={kind === 'null' ? 'Fill in' : 'Add'} label={label} make={add} />
    </div>
    {errors}
  </>
);

const Change = ({ name, label, make }: { name: string; label: string; make: () => void }) => (
  <button type="button" onClick={make}>
    {name} {label}
  </button>
);

/** Whether a field may need buttons to be there, absent or null. */
export const isOptional = ({ schema, fieldPathId }: FieldProps): boolean =>
  fieldPathId.path.length > 0 && (isNullable(schema) || !canBeEmptied(schema));

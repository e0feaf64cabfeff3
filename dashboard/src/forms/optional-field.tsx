import { findSchemaDefinition, type FieldTemplateProps, type RJSFSchema } from '@rjsf/utils';
import type { ReactNode } from 'react';
import { firstPayload } from './first-payload.js';
import { NULLABLE } from './form-schema.js';

type FieldProps = FieldTemplateProps<unknown>;

/** A field that is empty when nothing is in it needs no buttons to be left out. */
const canBeEmptied = ({ type, anyOf, oneOf, const: constant }: RJSFSchema): boolean =>
  (type === 'string' || type === 'number' || type === 'integer') &&
  anyOf === undefined &&
  oneOf === undefined &&
  constant === undefined;

const isNullable = (schema: RJSFSchema): boolean => NULLABLE in schema;

/** What a field begins with when it is added. */
const addedValue = ({ schema, registry: { schemaUtils, rootSchema } }: FieldProps): unknown => {
  const [variant] = schema.anyOf ?? schema.oneOf ?? [];
  const first = typeof variant === 'object' ? variant : schema;
  const whole = first.$ref === undefined ? first : findSchemaDefinition(first.$ref, rootSchema);
  return schemaUtils.getDefaultFormState(whole, firstPayload({ ...whole }));
};

/** What a field has now, and what can be made of it. */
const stateOf = ({ formData, schema, required = false }: FieldProps) => {
  const isNull = formData === null && isNullable(schema);
  const isAbsent = formData === undefined && !required && !canBeEmptied(schema);
  return {
    isNull,
    isEmpty: isNull || isAbsent,
    canBeNull: formData !== null && isNullable(schema),
    canGo: !required && formData !== undefined && (formData === null || !canBeEmptied(schema)),
  };
};

interface OptionalFieldProps {
  readonly field: FieldProps;
  /** The field itself. */
  readonly children: ReactNode;
}

/** A field that may be absent or null, with buttons that make it so. */
export const OptionalField = ({ field, children }: OptionalFieldProps) => {
  const { label, fieldPathId, onChange } = field;
  const { isNull, isEmpty, canBeNull, canGo } = stateOf(field);
  const set = (value: unknown): void => onChange(value, fieldPathId.path);
  const fill = isNull ? 'Fill in' : 'Add';
  return (
    <>
      {!isEmpty && children}
      <div className="row">
        {isEmpty && <Empty label={label} isNull={isNull} />}
        {isEmpty && <Change name={fill} label={label} make={() => set(addedValue(field))} />}
        {canBeNull && <Change name="Set to null:" label={label} make={() => set(null)} />}
        {canGo && <Change name="Remove" label={label} make={() => set(undefined)} />}
      </div>
    </>
  );
};

const Empty = ({ label, isNull }: { label: string; isNull: boolean }) => (
  <span>
    {label}: <code>{isNull ? 'null' : 'left out'}</code>
  </span>
);

const Change = ({ name, label, make }: { name: string; label: string; make: () => void }) => (
  <button type="button" onClick={make}>
    {name} {label}
  </button>
);

/** Whether a field needs buttons to be absent or null. */
export const isOptional = ({ schema, required = false, fieldPathId }: FieldProps): boolean =>
  fieldPathId.path.length > 0 && (isNullable(schema) || (!required && !canBeEmptied(schema)));

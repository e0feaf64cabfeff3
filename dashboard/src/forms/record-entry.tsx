import { getDefaultRegistry } from '@rjsf/core';
import { ADDITIONAL_PROPERTY_FLAG, buttonId, type FieldTemplateProps } from '@rjsf/utils';
import { useState } from 'react';
import { named } from './form-buttons.js';
import { NULLABLE } from './nullable.js';
import { OptionalField } from './optional-field.js';
import { useUnread } from './unread-fields.js';

const { FieldTemplate } = getDefaultRegistry<unknown>().templates;

type FieldProps = FieldTemplateProps<unknown>;

export const isEntry = ({ schema }: FieldProps): boolean => ADDITIONAL_PROPERTY_FLAG in schema;

/** One entry of a record in a form: a field for its key, a field for its value, and a button that removes it. */
export const RecordEntry = (props: FieldProps) => {
  const { id, label, registry, onRemoveProperty } = props;
  const { RemoveButton } = registry.templates.ButtonTemplates;
  return (
    <div className="row">
      <Key {...props} />
      <Value {...props} />
      <RemoveButton
        id={buttonId(id, 'remove')}
        onClick={onRemoveProperty}
        registry={named(registry, label)}
      />
    </div>
  );
};

/** rjsf would lose an entry of this key. */
const LOST = '__proto__';
const REFUSED = `cannot get the key ${LOST} in a form: write the payload as JSON.`;

const Key = ({ id, label, fieldPathId, onKeyRenameBlur }: FieldProps) => {
  const [isRefused, setRefused] = useState(false);
  useUnread(fieldPathId, isRefused ? REFUSED : undefined);
  return (
    <div>
      <label htmlFor={`${id}-key`}>{label} Key</label>
      <input
        id={`${id}-key`}
        type="text"
        defaultValue={label}
        aria-invalid={isRefused}
        onChange={({ target }) => setRefused(target.value === LOST)}
        onBlur={(event) => {
          if (!isRefused) onKeyRenameBlur(event);
        }}
      />
    </div>
  );
};

/** Its key stays also while it is null. */
const Value = (props: FieldProps) => {
  const { displayLabel = false, formData, children } = props;
  // Without the flag, a symbol, for which rjsf would add a key of its own.
  const schema = Object.fromEntries(Object.entries(props.schema));
  return NULLABLE in schema ? (
    <FieldTemplate {...props} schema={schema} displayLabel={displayLabel && formData !== null}>
      <OptionalField field={props}>{children}</OptionalField>
    </FieldTemplate>
  ) : (
    <FieldTemplate {...props} schema={schema} />
  );
};

import { getDefaultRegistry } from '@rjsf/core';
import type { FieldPathList, FieldProps } from '@rjsf/utils';
import { useState } from 'react';
import { readNumber } from './read-number.js';
import { useUnread } from './unread-fields.js';

const { StringField } = getDefaultRegistry<unknown>().fields;

/** An input of numbers would hide what it cannot read, and round what a double cannot hold. */
export const NumberField = (props: FieldProps<unknown>) => {
  const { formData, fieldPathId, uiSchema, onChange } = props;
  const [typed, setTyped] = useState('');
  const found = readNumber(typed);
  // Where they are nothing, items of lists are null, and entries of records are empty texts.
  const held = formData === '' ? undefined : (formData ?? undefined);
  const isCurrent = (found.kind === 'value' ? found.value : undefined) === held;
  useUnread(
    fieldPathId,
    isCurrent && found.kind === 'unreadable' ? `cannot be read. ${found.reason}` : undefined,
  );
  const edit = (edited: unknown, path: FieldPathList): void => {
    const text = typeof edited === 'string' ? edited : '';
    const after = readNumber(text);
    setTyped(text);
    if (typeof edited === 'string') onChange(after.kind === 'value' ? after.value : undefined, path);
    else onChange(edited, path);
  };
  return StringField === undefined ? null : (
    <StringField
      {...props}
      formData={isCurrent && typed !== '' ? typed : formData}
      uiSchema={{ ...uiSchema, 'ui:inputType': 'text' }}
      onChange={edit}
    />
  );
};

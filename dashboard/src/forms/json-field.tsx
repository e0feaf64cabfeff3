import type { FieldProps } from '@rjsf/utils';
import { deepEquals } from '@rjsf/utils';
import { useState } from 'react';
import { readJson, type ReadJson } from './read-json.js';
import { useUnread } from './unread-fields.js';

const textOf = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value, null, 2));

/** Nothing is left out. */
const read = (text: string): ReadJson =>
  text.trim() === '' ? { kind: 'value', value: undefined } : readJson(text);

/** A part of a payload that no other field shows. Text that cannot be read is no value. */
export const JsonField = (props: FieldProps<unknown>) => {
  const { name, title = name, schema, formData, required, fieldPathId, onChange } = props;
  const [typed, setTyped] = useState(() => textOf(formData));
  const found = read(typed);
  const isCurrent = found.kind === 'unreadable' ? formData === undefined : deepEquals(found.value, formData);
  const text = isCurrent ? typed : textOf(formData);
  useUnread(
    fieldPathId,
    isCurrent && found.kind === 'unreadable' ? `cannot be read. ${found.reason}` : undefined,
  );
  const edit = (edited: string): void => {
    setTyped(edited);
    const after = read(edited);
    onChange(after.kind === 'value' ? after.value : undefined, fieldPathId.path);
  };
  return (
    <>
      <label htmlFor={fieldPathId.$id}>
        {`${schema.title ?? title} (JSON)${required === true ? '*' : ''}`}
      </label>
      <textarea
        id={fieldPathId.$id}
        rows={Math.min(12, text.split('\n').length + 1)}
        spellCheck={false}
        value={text}
        onChange={({ target }) => edit(target.value)}
      />
    </>
  );
};

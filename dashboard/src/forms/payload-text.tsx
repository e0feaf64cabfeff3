import { useState, type SyntheticEvent } from 'react';
import { Text } from '../text/text.js';
import type { PayloadFormProps } from './payload-form.js';
import { firstPayload } from './first-payload.js';
import { newPayload } from './form-defaults.js';
import { formSchema } from './form-schema.js';
import { IssueList } from './issue-list.js';
import type { JsonObject } from './json-object.js';
import { hasFields } from './json-parts.js';
import { payloadIssues, type PayloadIssue } from './payload-issues.js';
import { readJson } from './read-json.js';

const NONE: readonly PayloadIssue[] = [];

/** Edits a payload as JSON, and validates it while it is typed. */
export const PayloadText = (props: PayloadFormProps) => {
  const { schema, payload, change, submit, refused = NONE, children } = props;
  const [unread, keepUnread] = props.unread;
  const [text, setText] = useState(
    () => unread ?? JSON.stringify(payload === undefined ? startOf(schema) : payload, null, 2),
  );
  const read = readJson(text);
  const wrong = read.kind === 'value' ? payloadIssues(schema, read.value) : [];
  const edit = (edited: string): void => {
    setText(edited);
    const after = readJson(edited);
    keepUnread(after.kind === 'value' ? undefined : edited);
    if (after.kind === 'value') change(after.value);
  };
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (read.kind === 'value' && wrong.length === 0) submit(read.value);
  };
  return (
    <form className="payload-form" onSubmit={send}>
      <label>
        Payload
        <textarea rows={12} spellCheck={false} value={text} onChange={({ target }) => edit(target.value)} />
      </label>
      {read.kind === 'unreadable' && <Unreadable reason={read.reason} />}
      <IssueList issues={wrong.length > 0 ? wrong : refused} />
      {children}
    </form>
  );
};

/** As the form begins, where there is one. */
const startOf = (schema: JsonObject): unknown => formStart(schema) ?? firstPayload(schema);

const formStart = (schema: JsonObject): unknown => {
  const shown = formSchema(schema);
  try {
    return hasFields(shown) ? newPayload(schema, shown) : undefined;
  } catch {
    // The form failed by this: its payload is written as JSON.
    return undefined;
  }
};

const Unreadable = ({ reason }: { reason: string }) => (
  <p className="error-detail">
    <Text>{reason}</Text>
  </p>
);

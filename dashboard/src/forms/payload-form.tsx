import Form from '@rjsf/core';
import type { UiSchema } from '@rjsf/utils';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { ADD_NOTHING, newPayload } from './form-defaults.js';
import { formFields } from './form-fields.js';
import { formSchema } from './form-schema.js';
import { formTemplates } from './form-templates.js';
import { errorsAtFields, formValidator } from './form-validator.js';
import { formWidgets } from './form-widgets.js';
import { IssueList } from './issue-list.js';
import type { JsonObject } from './json-object.js';
import { useListFocus } from './list-focus.js';
import { payloadIssues, type PayloadIssue } from './payload-issues.js';
import { UnreadFields, useUnreadFields, withUnread } from './unread-fields.js';

const NONE: readonly PayloadIssue[] = [];

export interface PayloadFormProps {
  /** Of an event, as the server describes it. */
  readonly schema: JsonObject;
  readonly payload: unknown;
  readonly change: (payload: unknown) => void;
  /** Called with a payload that matches the schema. */
  readonly submit: (payload: unknown) => void;
  /** What the server found wrong with the payload that it got last; the same array until it gets another one. */
  readonly refused?: readonly PayloadIssue[] | undefined;
  /** What was typed as JSON and cannot be read, so that it is in no payload; undefined: the payload is what was typed. */
  readonly unread: readonly [text: string | undefined, keep: (text: string | undefined) => void];
  /** The buttons; one of them submits. */
  readonly children: ReactNode;
}

/** The fields of an object say what they are; what is no object needs a name. */
const lookOf = ({ type }: JsonObject): UiSchema<unknown> =>
  typeof type === 'string' && type !== 'object'
    ? { 'ui:title': 'Payload', 'ui:emptyValue': type === 'string' ? '' : undefined }
    : { 'ui:options': { label: false } };

/** The items of a list are called by its title. */
const titled = (shown: JsonObject): JsonObject =>
  shown.type === 'array' ? { title: 'Payload', ...shown } : shown;

/** What rjsf needs to show a schema. */
const useLook = (schema: JsonObject) =>
  useMemo(
    () => ({
      schema: titled(formSchema(schema)),
      uiSchema: lookOf(schema),
      validator: formValidator(schema),
      templates: formTemplates,
      fields: formFields,
      widgets: formWidgets,
      experimental_defaultFormStateBehavior: ADD_NOTHING,
      idPrefix: 'payload',
      className: 'payload-form',
      liveValidate: 'onChange' as const,
      showErrorList: false as const,
      noHtml5Validate: true,
    }),
    [schema],
  );

/** The payload, or what a new one begins with. */
const useEdited = ({ schema, payload }: PayloadFormProps, shown: JsonObject): unknown => {
  const first = useMemo(() => newPayload(schema, shown), [schema, shown]);
  return payload === undefined ? first : payload;
};

/** Edits a payload by the fields of its schema, and validates while it is typed. */
export const PayloadForm = (props: PayloadFormProps) => {
  const { schema, change, submit, refused = NONE, children } = props;
  const [isTried, setTried] = useState(false);
  const look = useLook(schema);
  const edited = useEdited(props, look.schema);
  const noteClick = useListFocus(edited);
  const { unread, report } = useUnreadFields();
  return (
    <UnreadFields value={report}>
      <div onClickCapture={noteClick}>
        <Form
          {...look}
          ref={useValidated(props)}
          formData={edited}
          extraErrors={useMemo(() => errorsAtFields([...refused, ...unread]), [refused, unread])}
          extraErrorsBlockSubmit={unread.length > 0}
          onChange={({ formData }) => change(formData)}
          onError={() => setTried(true)}
          onSubmit={({ formData }) => submit(formData)}
        >
          <Wrong
            found={isTried ? withUnread(unread, payloadIssues(schema, edited)) : NONE}
            refused={refused}
          />
          {children}
        </Form>
      </div>
    </UnreadFields>
  );
};

/** What somebody else filled in may be wrong before anything is typed. */
const useValidated = ({ payload }: PayloadFormProps) => {
  const form = useRef<Form<unknown>>(null);
  const isFilled = payload !== undefined;
  useEffect(() => {
    if (isFilled) form.current?.validateForm();
  }, []);
  return form;
};

interface WrongProps {
  readonly found: readonly PayloadIssue[];
  readonly refused: readonly PayloadIssue[];
}

/** Also what no field shows. */
const Wrong = ({ found, refused }: WrongProps) => (
  <div role="alert">
    <IssueList issues={found.length > 0 ? found : refused} />
  </div>
);

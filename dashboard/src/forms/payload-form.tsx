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
import { payloadIssues, type PayloadIssue } from './payload-issues.js';

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

/** What rjsf needs to show a schema. */
const useLook = (schema: JsonObject) =>
  useMemo(
    () => ({
      schema: formSchema(schema),
      uiSchema: lookOf(schema),
      validator: formValidator(schema),
      templates: formTemplates,
      fields: formFields,
      widgets: formWidgets,
      experimental_defaultFormStateBehavior: ADD_NOTHING,
      idPrefix: 'payload',
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
  const { schema, payload, change, submit, refused = NONE, children } = props;
  const [isTried, setTried] = useState(false);
  const extraErrors = useMemo(() => errorsAtFields(refused), [refused]);
  const form = useRef<Form<unknown>>(null);
  const look = useLook(schema);
  const edited = useEdited(props, look.schema);
  const isFilled = payload !== undefined;
  // What somebody else filled in may be wrong before anything is typed.
  useEffect(() => {
    if (isFilled) form.current?.validateForm();
  }, []);
  return (
    <Form
      {...look}
      ref={form}
      className="payload-form"
      formData={edited}
      extraErrors={extraErrors}
      liveValidate="onChange"
      showErrorList={false}
      noHtml5Validate
      onChange={({ formData }) => change(formData)}
      onError={() => setTried(true)}
      onSubmit={({ formData }) => submit(formData)}
    >
      <Wrong found={isTried ? payloadIssues(schema, edited) : NONE} refused={refused} />
      {children}
    </Form>
  );
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

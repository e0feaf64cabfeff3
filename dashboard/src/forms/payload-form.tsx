import Form from '@rjsf/core';
import type { UiSchema } from '@rjsf/utils';
import { useEffect, useMemo, useRef, type ReactNode } from 'react';
import { formTemplates } from './form-templates.js';
import { errorsAtFields, formValidator } from './form-validator.js';
import type { JsonObject } from './json-object.js';
import type { PayloadIssue } from './payload-issues.js';

export interface PayloadFormProps {
  /** Of an event, as the server describes it. */
  readonly schema: JsonObject;
  readonly payload: unknown;
  readonly change: (payload: unknown) => void;
  /** Called with a payload that matches the schema. */
  readonly submit: (payload: unknown) => void;
  /** What the server found wrong with the payload that it got last; the same array until it gets another one. */
  readonly refused?: readonly PayloadIssue[] | undefined;
  /** The buttons; one of them submits. */
  readonly children: ReactNode;
}

const LOOK: UiSchema<unknown> = { 'ui:options': { label: false } };

/** Edits a payload by the fields of its schema, and validates while it is typed. */
export const PayloadForm = (props: PayloadFormProps) => {
  const { schema, payload, change, submit, refused, children } = props;
  const extraErrors = useMemo(() => errorsAtFields(refused ?? []), [refused]);
  const form = useRef<Form<unknown>>(null);
  const isFilled = payload !== undefined;
  // What somebody else filled in may be wrong before anything is typed.
  useEffect(() => {
    if (isFilled) form.current?.validateForm();
  }, []);
  return (
    <Form
      ref={form}
      className="payload-form"
      schema={schema}
      uiSchema={LOOK}
      templates={formTemplates}
      validator={formValidator}
      formData={payload}
      extraErrors={extraErrors}
      liveValidate="onChange"
      showErrorList={false}
      noHtml5Validate
      onChange={({ formData }) => change(formData)}
      onSubmit={({ formData }) => submit(formData)}
    >
      {children}
    </Form>
  );
};

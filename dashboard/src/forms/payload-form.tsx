import Form from '@rjsf/core';
import type { UiSchema } from '@rjsf/utils';
import type { ReactNode } from 'react';
import { formValidator } from './form-validator.js';
import type { JsonObject } from './json-object.js';

interface PayloadFormProps {
  /** Of an event, as the server describes it. */
  readonly schema: JsonObject;
  readonly payload: unknown;
  readonly change: (payload: unknown) => void;
  /** Called with a payload that matches the schema. */
  readonly submit: (payload: unknown) => void;
  /** The buttons; one of them submits. */
  readonly children: ReactNode;
}

const LOOK: UiSchema<unknown> = { 'ui:options': { label: false } };

/** Edits a payload by the fields of its schema, and validates while it is typed. */
export const PayloadForm = ({ schema, payload, change, submit, children }: PayloadFormProps) => (
  <Form
    className="payload-form"
    schema={schema}
    uiSchema={LOOK}
    validator={formValidator}
    formData={payload}
    liveValidate="onChange"
    showErrorList={false}
    noHtml5Validate
    onChange={({ formData }) => change(formData)}
    onSubmit={({ formData }) => submit(formData)}
  >
    {children}
  </Form>
);

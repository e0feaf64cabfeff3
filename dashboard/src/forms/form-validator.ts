import {
  ErrorSchemaBuilder,
  type ErrorSchema,
  type RJSFSchema,
  type RJSFValidationError,
  type ValidatorType,
} from '@rjsf/utils';
import type { JsonObject } from './json-object.js';
import { payloadIssues, type PayloadIssue } from './payload-issues.js';

const shownError = ({ path, message }: PayloadIssue): RJSFValidationError => ({
  message,
  property: path.map((part) => `.${part}`).join(''),
  stack: `${path.join('.')} ${message}`.trim(),
});

/** Issues as a form shows them, each at its field. */
export const errorsAtFields = (issues: readonly PayloadIssue[]): ErrorSchema<unknown> => {
  const builder = new ErrorSchemaBuilder<unknown>();
  for (const { path, message } of issues) builder.addErrors(message, [...path]);
  return builder.ErrorSchema;
};

/** A part of a schema has the definitions of the whole. */
const withDefinitions = (schema: RJSFSchema, root: RJSFSchema): RJSFSchema =>
  typeof schema === 'object' ? { $defs: root.$defs, definitions: root.definitions, ...schema } : schema;

/**
 * Validates forms by interpreting their schemas: the policy of the page forbids the code that ajv would compile.
 * @param schema of whole payloads; that of the form only shows them
 */
export const formValidator = (schema: JsonObject): ValidatorType<unknown> => ({
  validateFormData: (payload) => {
    const issues = payloadIssues(schema, payload);
    return { errors: issues.map(shownError), errorSchema: errorsAtFields(issues) };
  },
  isValid: (part, payload, root) => payloadIssues(withDefinitions(part, root), payload).length === 0,
  rawValidation: (part, payload) => {
    // Safe: the caller names what this validator reports, and rjsf itself does not call it.
    const errors = payloadIssues(part, payload) as never[];
    return { errors };
  },
});

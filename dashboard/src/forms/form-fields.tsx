import { getDefaultRegistry } from '@rjsf/core';
import type { FieldProps, RJSFSchema } from '@rjsf/utils';
import { useMemo } from 'react';
import { addingRegistry } from './form-defaults.js';
import { itemName } from './item-name.js';
import { JsonField } from './json-field.js';
import { AS_JSON } from './json-parts.js';
import { NumberField } from './number-field.js';
import { unionFields } from './union-field.js';

const { SchemaField } = getDefaultRegistry<unknown>().fields;

/** Whether an empty text is a value. */
const takesEmpty = ({
  type,
  enum: choices,
  const: constant,
  minLength = 0,
  format,
  pattern,
}: RJSFSchema): boolean =>
  type === 'string' &&
  minLength === 0 &&
  [choices, constant, format, pattern].every((each) => each === undefined);

const titleOf = ({ title }: RJSFSchema, name: string): string =>
  title === undefined ? name : `${name} (${title})`;

/** How a field differs from that of rjsf. */
const lookOf = ({ schema, required = false, uiSchema, fieldPathId, registry }: FieldProps<unknown>) => {
  const part = '$ref' in schema ? registry.schemaUtils.retrieveSchema(schema) : schema;
  return {
    ...uiSchema,
    ...(AS_JSON in schema && { 'ui:field': 'JsonField' }),
    ...(required && takesEmpty(part) && { 'ui:emptyValue': '' }),
    ...(typeof fieldPathId.path.at(-1) === 'number' && {
      'ui:title': titleOf(part, itemName(fieldPathId.path)),
    }),
  };
};

/** The form adds nothing to what it is given; its fields add what somebody asks for. */
const Field = (props: FieldProps<unknown>) => {
  const { registry, fieldPathId } = props;
  const isWhole = fieldPathId.path.length === 0;
  // The fields inside get the registry of the whole.
  const own = useMemo(() => (isWhole ? addingRegistry(registry) : registry), [isWhole, registry]);
  return SchemaField === undefined ? null : (
    <SchemaField {...props} uiSchema={lookOf(props)} registry={own} />
  );
};

/** Of rjsf, where its own are not good enough. */
export const formFields = { SchemaField: Field, JsonField, NumberField, ...unionFields };

import { getDefaultRegistry } from '@rjsf/core';
import {
  ADDITIONAL_PROPERTY_FLAG,
  findSchemaDefinition,
  getUiOptions,
  type FieldTemplateProps,
  type MultiSchemaFieldTemplateProps,
  type ObjectFieldTemplateProps,
  type WidgetProps,
} from '@rjsf/utils';
import { cloneElement, isValidElement } from 'react';
import { requiredFirst } from './field-order.js';
import { optionNames } from './option-names.js';
import { isOptional, OptionalField } from './optional-field.js';

const { FieldTemplate, ObjectFieldTemplate, MultiSchemaFieldTemplate } =
  getDefaultRegistry<unknown>().templates;

const OrderedFields = (props: ObjectFieldTemplateProps<unknown>) => (
  <ObjectFieldTemplate {...props} properties={requiredFirst(props.properties, props.schema.required)} />
);

/** The variant of a union has its name, and so has its selector. */
const NamedField = (props: FieldTemplateProps<unknown>) => {
  const { displayLabel = false, schema } = props;
  const isUnion = schema.oneOf !== undefined || schema.anyOf !== undefined;
  const isNamed = displayLabel || isNamedChoice(props);
  const field = <FieldTemplate {...props} displayLabel={isNamed && !isUnion} />;
  // An entry of a record has a button of its own.
  const isEntry = ADDITIONAL_PROPERTY_FLAG in schema;
  return isOptional(props) && !isEntry ? <OptionalField field={props}>{field}</OptionalField> : field;
};

/** rjsf expects booleans to be checkboxes, which have their names beside them. */
const isNamedChoice = ({ schema, uiSchema }: FieldTemplateProps<unknown>): boolean =>
  schema.type === 'boolean' && getUiOptions(uiSchema).label !== false;

/** rjsf gives the selector of a union no label, and its options only numbers. */
const LabelledUnion = (props: MultiSchemaFieldTemplateProps<unknown>) => (
  <MultiSchemaFieldTemplate
    {...props}
    selector={labelled(props)}
    optionSchemaField={withoutLegend(props.optionSchemaField)}
  />
);

/** The fields of an object stand below the selector, which names the union; a single field needs its own label. */
const withoutLegend = (variant: MultiSchemaFieldTemplateProps['optionSchemaField']) => {
  if (!isValidElement<Pick<FieldTemplateProps<unknown>, 'schema' | 'uiSchema' | 'required'>>(variant))
    return variant;
  const { schema, uiSchema } = variant.props;
  // The union is left out, and not its variant.
  const required = true;
  return schema.type === 'object'
    ? cloneElement(variant, { required, uiSchema: { ...uiSchema, 'ui:label': false } })
    : cloneElement(variant, { required });
};

const labelled = ({ selector, schema, registry }: MultiSchemaFieldTemplateProps<unknown>) => {
  if (!isValidElement<WidgetProps>(selector)) return selector;
  const { id, label, options } = selector.props;
  const variants = (schema.oneOf ?? schema.anyOf ?? []).map((variant) =>
    typeof variant === 'object' && variant.$ref !== undefined
      ? findSchemaDefinition(variant.$ref, registry.rootSchema)
      : variant,
  );
  const names = optionNames(variants);
  const enumOptions = (options.enumOptions ?? []).map((option, index) => ({
    ...option,
    label: names[index] ?? option.label,
  }));
  return (
    <>
      <label htmlFor={id}>{label === '' ? 'Variant' : `Variant of ${label}`}</label>
      {cloneElement(selector, { options: { ...options, enumOptions } })}
    </>
  );
};

/** Of rjsf, where its own are not good enough. */
export const formTemplates = {
  FieldTemplate: NamedField,
  ObjectFieldTemplate: OrderedFields,
  MultiSchemaFieldTemplate: LabelledUnion,
};

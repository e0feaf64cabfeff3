import { getDefaultRegistry } from '@rjsf/core';
import {
  getUiOptions,
  type ArrayFieldItemButtonsTemplateProps,
  type ArrayFieldTemplateProps,
  type FieldTemplateProps,
  type MultiSchemaFieldTemplateProps,
  type ObjectFieldTemplateProps,
  type WidgetProps,
} from '@rjsf/utils';
import { cloneElement, isValidElement } from 'react';
import { requiredFirst } from './field-order.js';
import { formButtons, named } from './form-buttons.js';
import { itemName } from './item-name.js';
import { isOptional, OptionalField } from './optional-field.js';
import { isEntry, RecordEntry } from './record-entry.js';
import { isUnion } from './schema-parts.js';
import { variantLabel, variantsOf } from './variants.js';

const {
  ArrayFieldItemButtonsTemplate,
  ArrayFieldTemplate,
  FieldTemplate,
  ObjectFieldTemplate,
  MultiSchemaFieldTemplate,
} = getDefaultRegistry<unknown>().templates;

const NamedList = (props: ArrayFieldTemplateProps<unknown>) => (
  <ArrayFieldTemplate {...props} registry={named(props.registry, `to ${itemName(props.fieldPathId.path)}`)} />
);

const NamedItemButtons = (props: ArrayFieldItemButtonsTemplateProps<unknown>) => (
  <ArrayFieldItemButtonsTemplate
    {...props}
    registry={named(props.registry, itemName(props.fieldPathId.path))}
  />
);

const OrderedFields = (props: ObjectFieldTemplateProps<unknown>) => (
  <ObjectFieldTemplate
    {...props}
    properties={requiredFirst(props.properties, props.schema.required)}
    registry={named(props.registry, `to ${itemName(props.fieldPathId.path)}`)}
  />
);

/** The variant of a union has its name, and so has its selector. */
const NamedField = (props: FieldTemplateProps<unknown>) => {
  const { displayLabel = false, schema } = props;
  const isNamed = displayLabel || isNamedChoice(props);
  const isLabelled = isNamed && !isUnion(schema);
  if (isEntry(props)) return <RecordEntry {...props} displayLabel={isLabelled} />;
  const field = <FieldTemplate {...props} displayLabel={isLabelled} />;
  return isOptional(props) ? <OptionalField field={props}>{field}</OptionalField> : field;
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
  const variants = variantsOf(schema, registry.rootSchema);
  const enumOptions = (options.enumOptions ?? []).map((option, index) => ({
    ...option,
    label: variants[index]?.name ?? option.label,
  }));
  return (
    <>
      <label htmlFor={id}>{variantLabel(label)}</label>
      {cloneElement(selector, { options: { ...options, enumOptions } })}
    </>
  );
};

/** Of rjsf, where its own are not good enough. */
export const formTemplates = {
  ArrayFieldTemplate: NamedList,
  ArrayFieldItemButtonsTemplate: NamedItemButtons,
  ButtonTemplates: formButtons,
  FieldTemplate: NamedField,
  ObjectFieldTemplate: OrderedFields,
  MultiSchemaFieldTemplate: LabelledUnion,
};

import { getDefaultRegistry } from '@rjsf/core';
import type { MultiSchemaFieldTemplateProps, ObjectFieldTemplateProps, WidgetProps } from '@rjsf/utils';
import { isValidElement } from 'react';
import { requiredFirst } from './field-order.js';

const { ObjectFieldTemplate, MultiSchemaFieldTemplate } = getDefaultRegistry<unknown>().templates;

const OrderedFields = (props: ObjectFieldTemplateProps<unknown>) => (
  <ObjectFieldTemplate {...props} properties={requiredFirst(props.properties, props.schema.required)} />
);

/** rjsf gives the selector of a union no label. */
const LabelledUnion = (props: MultiSchemaFieldTemplateProps<unknown>) => (
  <MultiSchemaFieldTemplate {...props} selector={labelled(props.selector)} />
);

const labelled = (selector: MultiSchemaFieldTemplateProps['selector']) => {
  if (!isValidElement<WidgetProps>(selector)) return selector;
  const { id, label } = selector.props;
  return (
    <>
      <label htmlFor={id}>{label === '' ? 'Variant' : `Variant of ${label}`}</label>
      {selector}
    </>
  );
};

/** Of rjsf, where its own are not good enough. */
export const formTemplates = {
  ObjectFieldTemplate: OrderedFields,
  MultiSchemaFieldTemplate: LabelledUnion,
};

import { getDefaultRegistry } from '@rjsf/core';
import type { FieldProps } from '@rjsf/utils';
import { useMemo } from 'react';
import { addingRegistry } from './form-defaults.js';

const { SchemaField } = getDefaultRegistry<unknown>().fields;

/** The form adds nothing to what it is given; its fields add what somebody asks for. */
const Field = (props: FieldProps<unknown>) => {
  const { registry, fieldPathId } = props;
  const isWhole = fieldPathId.path.length === 0;
  // The fields inside get the registry of the whole.
  const own = useMemo(() => (isWhole ? addingRegistry(registry) : registry), [isWhole, registry]);
  return SchemaField === undefined ? null : <SchemaField {...props} registry={own} />;
};

/** Of rjsf, where its own are not good enough. */
export const formFields = { SchemaField: Field };

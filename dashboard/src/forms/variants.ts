import { findSchemaDefinition, type RJSFSchema } from '@rjsf/utils';
import { optionNames } from './option-names.js';

/** Of a union, as its references say. */
export interface Variant {
  readonly name: string;
  readonly schema: RJSFSchema;
}

/** None: it is no union. */
export const variantsOf = ({ oneOf, anyOf }: RJSFSchema, root: RJSFSchema): readonly Variant[] => {
  const schemas = (oneOf ?? anyOf ?? []).map((variant) => {
    if (typeof variant !== 'object') return {};
    return variant.$ref === undefined ? variant : findSchemaDefinition(variant.$ref, root);
  });
  const names = optionNames(schemas);
  return schemas.map((schema, index) => ({ name: names[index] ?? '', schema }));
};

export const variantLabel = (label: string): string => (label === '' ? 'Variant' : `Variant of ${label}`);

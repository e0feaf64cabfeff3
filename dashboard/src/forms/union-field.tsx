import { getDefaultRegistry } from '@rjsf/core';
import type { FieldProps, SchemaUtilsType } from '@rjsf/utils';
import { createContext, useContext, useMemo, type ComponentType } from 'react';

/** The index of the variant that somebody chose for a union; -1: its value says which it is. */
export const ChosenVariant = createContext(-1);

const { AnyOfField, OneOfField } = getDefaultRegistry<unknown>().fields;

type Union = ComponentType<FieldProps<unknown>> | undefined;
type Utils = SchemaUtilsType<unknown>;

/** A value that is still empty does not say which variant it is: the first question is what to begin with. */
const beginningWith = (utils: Utils, chosen: number): Utils => {
  let isFirst = true;
  const getClosestMatchingOption: Utils['getClosestMatchingOption'] = (...given) => {
    const wasFirst = isFirst;
    isFirst = false;
    return wasFirst ? chosen : utils.getClosestMatchingOption(...given);
  };
  // Safe: it has all else of what it is made from.
  return Object.assign(Object.create(utils) as Utils, { getClosestMatchingOption });
};

const asChosen = (Shown: Union) => (props: FieldProps<unknown>) => {
  const chosen = useContext(ChosenVariant);
  const { registry } = props;
  const own = useMemo(
    () => (chosen < 0 ? registry : { ...registry, schemaUtils: beginningWith(registry.schemaUtils, chosen) }),
    [chosen, registry],
  );
  return Shown === undefined ? null : <Shown {...props} registry={own} />;
};

/** Of rjsf, which begin with their first variant. */
export const unionFields = { AnyOfField: asChosen(AnyOfField), OneOfField: asChosen(OneOfField) };

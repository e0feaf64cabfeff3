import {
  createSchemaUtils,
  type Experimental_DefaultFormStateBehavior,
  type Registry,
  type RJSFSchema,
  type SchemaUtilsType,
  type ValidatorType,
} from '@rjsf/utils';
import { formValidator } from './form-validator.js';
import type { JsonObject } from './json-object.js';
import { isUnion, mapParts } from './schema-parts.js';

/** A payload stays as it is. */
export const ADD_NOTHING: Experimental_DefaultFormStateBehavior = {
  emptyObjectFields: 'skipDefaults',
  arrayMinItems: { populate: 'never' },
  constAsDefaults: 'never',
  requiredBooleanDefault: 'skip',
};

/** What is new has what is required and leaves no choice. */
const ADD_REQUIRED: Experimental_DefaultFormStateBehavior = {
  emptyObjectFields: 'populateRequiredDefaults',
  arrayMinItems: { populate: 'requiredOnly' },
  constAsDefaults: 'never',
  requiredBooleanDefault: 'skip',
};

/** Nothing of a union is made in advance: somebody chooses its variant. */
const withoutUnions = ({ anyOf: _, oneOf: __, ...part }: JsonObject): JsonObject =>
  mapParts(part, withoutUnions);

/** As that of rjsf, which would fill in the first variant of a union. */
const adding = (validator: ValidatorType<unknown>, root: RJSFSchema): SchemaUtilsType<unknown> => {
  const utils = createSchemaUtils<unknown>(validator, root, ADD_REQUIRED);
  const bare = createSchemaUtils<unknown>(validator, withoutUnions(root), ADD_REQUIRED);
  const getDefaultFormState: typeof bare.getDefaultFormState = (schema, ...given) =>
    bare.getDefaultFormState(withoutUnions(schema), ...given);
  return Object.assign(utils, { getDefaultFormState });
};

/** For fields that somebody adds. */
export const addingRegistry = (registry: Registry<unknown>): Registry<unknown> => ({
  ...registry,
  schemaUtils: adding(registry.schemaUtils.getValidator(), registry.rootSchema),
});

/**
 * What the form of a new payload begins with.
 * @param shown the schema as `formSchema` makes it
 */
export const newPayload = (schema: JsonObject, shown: JsonObject): unknown =>
  isUnion(shown) ? undefined : adding(formValidator(schema), shown).getDefaultFormState(shown, undefined);

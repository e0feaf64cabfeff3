import {
  createSchemaUtils,
  type Experimental_DefaultFormStateBehavior,
  type Registry,
  type RJSFSchema,
  type ValidatorType,
} from '@rjsf/utils';
import { formValidator } from './form-validator.js';
import type { JsonObject } from './json-object.js';

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

const adding = (validator: ValidatorType<unknown>, schema: RJSFSchema) =>
  createSchemaUtils<unknown>(validator, schema, ADD_REQUIRED);

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
  adding(formValidator(schema), shown).getDefaultFormState(shown, undefined);

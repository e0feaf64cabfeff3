/** Why one schema does not allow all that another does, by name. */
export const RULES = {
  type: 'a value has a type that is not allowed',
  value: 'a value is not one of those that are allowed',
  required: 'a field may be missing, but is required',
  'additional-field': 'a field is not allowed',
  'additional-item': 'an array has more items than are allowed there',
  'field-name': 'a field has a name that is not allowed',
  minimum: 'a number is smaller than allowed',
  maximum: 'a number is larger than allowed',
  'multiple-of': 'a number is not a multiple as required',
  'min-length': 'a text is shorter than allowed',
  'max-length': 'a text is longer than allowed',
  pattern: 'a text does not match the pattern that is required',
  format: 'a text does not have the format that is required',
  'min-items': 'an array has fewer items than required',
  'max-items': 'an array has more items than allowed',
  'unique-items': 'an array may have equal items, which are not allowed',
  'min-fields': 'an object has fewer fields than required',
  'max-fields': 'an object has more fields than allowed',
  union: 'a value fits none of the alternatives',
  'not-allowed': 'no value is allowed there',
  undecidable: 'the schema does not say all that its library checks',
  complexity: 'the schemas are too large to be compared',
  'event-removed': 'the event is not in the contract',
  'queue-removed': 'the queue is not in the contract',
} as const satisfies Record<string, string>;

export type Rule = keyof typeof RULES;

/** What must be filled in comes first. */
export const requiredFirst = <Field extends { readonly name: string }>(
  fields: readonly Field[],
  required: readonly string[] = [],
): Field[] => {
  const isRequired = ({ name }: Field): boolean => required.includes(name);
  return [...fields.filter(isRequired), ...fields.filter((field) => !isRequired(field))];
};

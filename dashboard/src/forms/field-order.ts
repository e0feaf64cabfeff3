/** What must be filled in comes first: a server describes fields in the order of their names. */
export const requiredFirst = <Field extends { readonly name: string }>(
  fields: readonly Field[],
  required: readonly string[] = [],
): Field[] => {
  const isRequired = ({ name }: Field): boolean => required.includes(name);
  return [...fields.filter(isRequired), ...fields.filter((field) => !isRequired(field))];
};

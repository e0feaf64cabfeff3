import { isObject, type JsonObject } from './json-object.js';

/** How the options of a union are called: by what tells them apart, or else by their number. */
export const optionNames = (options: readonly unknown[]): readonly string[] => {
  const names = options.map((option) => (isObject(option) ? nameOf(option) : undefined));
  return names.map((name, index) =>
    name === undefined || names.indexOf(name) !== names.lastIndexOf(name)
      ? `${name ?? 'Variant'} ${index + 1}`
      : name,
  );
};

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'nothing',
};

/** How a type of JSON Schema is called. */
export const typeName = (type: string): string => TYPES[type] ?? type;

const nameOf = (option: JsonObject): string | undefined => {
  const { title, type, required } = option;
  if (typeof title === 'string') return title;
  if ('const' in option) return JSON.stringify(option.const);
  const constants = constantsOf(option);
  if (constants !== '') return constants;
  if (typeof type === 'string' && type !== 'object') return typeName(type);
  return Array.isArray(required) && required.length > 0 ? `with ${required.join(', ')}` : undefined;
};

const constantsOf = ({ properties }: JsonObject): string =>
  Object.entries(isObject(properties) ? properties : {})
    .flatMap(([name, field]) =>
      isObject(field) && 'const' in field ? [`${name}: ${JSON.stringify(field.const)}`] : [],
    )
    .join(', ');

interface Choice {
  readonly label: string;
  readonly value?: unknown;
}

/** Values to choose from; those that would read the same, as 1 and "1", are called by their JSON. */
export const withDistinctLabels = <Option extends Choice>(options: readonly Option[]): Option[] =>
  options.map((option) => {
    const isAlone = options.filter(({ label }) => label === option.label).length === 1;
    return isAlone ? option : { ...option, label: JSON.stringify(option.value) };
  });

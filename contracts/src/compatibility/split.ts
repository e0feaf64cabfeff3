import { NEVER, propertyOf, type ObjectShape, type Property, type Shape } from './shape/shape.js';

/** Values of a discriminator that are looked at one by one. */
const MAX_VALUES = 32;
/** Optional properties that are looked at one by one: each doubles the work. */
const MAX_OPTIONAL = 4;

/** The object once for each value of the property that tells the alternatives apart. */
export const splitByDiscriminator = (
  source: ObjectShape,
  members: readonly Shape[],
): readonly ObjectShape[] => {
  for (const [name, { shape, required }] of source.properties) {
    const tells = members.filter(
      (member) => member.kind === 'object' && member.properties.get(name)?.shape.kind === 'values',
    );
    const isSplit = shape.kind === 'values' && shape.values.length > 1 && shape.values.length <= MAX_VALUES;
    if (!required || !isSplit || tells.length < 2) continue;
    return shape.values.map((value) =>
      withProperty(source, name, { shape: { kind: 'values', values: [value] }, required }),
    );
  }
  return [];
};

/** The object with and without an optional property that an alternative requires or refuses. */
export const splitByPresence = (source: ObjectShape, members: readonly Shape[]): readonly ObjectShape[] => {
  const objects = members.filter((member) => member.kind === 'object');
  const decisive = [...source.properties].filter(
    ([name, { shape, required }]) =>
      !required &&
      shape.kind !== 'never' &&
      objects.map((object) => propertyOf(object, name)).some((there) => there.required || isRefused(there)),
  );
  const [first] = decisive;
  if (first === undefined || decisive.length > MAX_OPTIONAL) return [];
  const [name, { shape }] = first;
  return [
    withProperty(source, name, { shape, required: true }),
    withProperty(source, name, { shape: NEVER, required: false }),
  ];
};

const isRefused = ({ shape }: Property): boolean => shape.kind === 'never';

const withProperty = (source: ObjectShape, name: string, property: Property): ObjectShape => ({
  ...source,
  properties: new Map([...source.properties, [name, property]]),
});

import { ANY, ANY_STRING, type ObjectShape, type Property, type Reference, type Shape } from './shape.js';

/** The shape with any additional field, in every object that refuses them. */
export const tolerant = (shape: Shape): Shape => new Tolerance().of(shape);

class Tolerance {
  /** By name: a schema that contains itself is one shape. */
  readonly #references = new Map<string, Shape>();

  of(shape: Shape): Shape {
    const inside = (part: Shape): Shape => this.of(part);
    if (shape.kind === 'object') return this.#object(shape);
    if (shape.kind === 'reference') return { ...shape, resolve: () => this.#resolved(shape) };
    if (shape.kind === 'union') return { kind: 'union', members: shape.members.map(inside) };
    if (shape.kind === 'partial') return { ...shape, known: inside(shape.known), text: undefined };
    if (shape.kind !== 'array') return shape;
    return { ...shape, prefix: shape.prefix.map(inside), items: inside(shape.items) };
  }

  #object(shape: ObjectShape): Shape {
    const tolerated = [...shape.properties].map(([name, property]): [string, Property] => [
      name,
      { ...property, shape: this.of(property.shape) },
    ]);
    const properties = new Map(tolerated);
    return shape.additional.kind === 'never'
      ? { ...shape, properties, additional: ANY, names: ANY_STRING, max: Infinity }
      : { ...shape, properties, additional: this.of(shape.additional) };
  }

  #resolved(reference: Reference): Shape {
    const shape = this.#references.get(reference.name) ?? this.of(reference.resolve());
    this.#references.set(reference.name, shape);
    return shape;
  }
}

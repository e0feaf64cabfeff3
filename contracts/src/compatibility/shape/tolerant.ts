import { ANY, ANY_STRING, type ObjectShape, type Property, type Shape } from './shape.js';

/** The shape with any additional field, in every object that refuses them. */
export const tolerant = (shape: Shape): Shape => new Tolerance().of(shape);

class Tolerance {
  /** A schema that contains itself stays one shape. */
  readonly #known = new Map<Shape, Shape>();

  of(shape: Shape): Shape {
    const known = this.#known.get(shape) ?? this.#changed(shape);
    this.#known.set(shape, known);
    return known;
  }

  #changed(shape: Shape): Shape {
    const inside = (part: Shape): Shape => this.of(part);
    if (shape.kind === 'object') return this.#object(shape);
    if (shape.kind === 'reference') return { ...shape, resolve: () => this.of(shape.resolve()) };
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
}

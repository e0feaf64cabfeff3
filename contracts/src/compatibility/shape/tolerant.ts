import {
  ANY,
  ANY_STRING,
  itemAt,
  NEVER,
  propertyOf,
  type ArrayShape,
  type ObjectShape,
  type Property,
  type Shape,
} from './shape.js';
import { areDisjoint } from './union.js';

/**
 * The shape with any additional field, in every object that refuses them. A field that another alternative of a union
 * names is no additional one: a handler tells the alternatives apart by it. It is tolerated only where something else
 * tells them apart.
 */
export const tolerant = (shape: Shape): Shape => new Tolerance().of(shape);

type Rivals = readonly Shape[];

class Tolerance {
  /** A schema that contains itself stays one shape. */
  readonly #known = new Map<Shape, Shape>();

  /** `rivals`: what other alternatives allow in the same place. */
  of(shape: Shape, rivals: Rivals = []): Shape {
    if (rivals.length > 0) return this.#changed(shape, rivals);
    const known = this.#known.get(shape) ?? this.#changed(shape, []);
    this.#known.set(shape, known);
    return known;
  }

  #changed(shape: Shape, rivals: Rivals): Shape {
    switch (shape.kind) {
      case 'object':
        return this.#object(shape, rivals);
      case 'array':
        return this.#array(shape, rivals);
      case 'union':
        return this.#union(shape.members, rivals);
      case 'partial':
        return { ...shape, known: this.of(shape.known, rivals), text: undefined };
      case 'reference':
        // Its alternatives may have no end.
        return rivals.length > 0 ? shape : { ...shape, resolve: () => this.of(shape.resolve()) };
      case 'any':
      case 'never':
      case 'values':
      case 'string':
      case 'number':
        return shape;
    }
  }

  #union(members: readonly Shape[], rivals: Rivals): Shape {
    const tolerated = members.map((member) => {
      const others = [...members.filter((other) => other !== member), ...rivals];
      return this.of(
        member,
        others.filter((other) => !areDisjoint(member, other)),
      );
    });
    return { kind: 'union', members: tolerated };
  }

  #array(shape: ArrayShape, rivals: Rivals): Shape {
    const arrays = rivals.flatMap(alternativesOf).filter((rival) => rival.kind === 'array');
    const itemsAt = (index: number): Rivals => arrays.map((rival) => itemAt(rival, index));
    const listed = Math.max(shape.prefix.length, ...arrays.map(({ prefix }) => prefix.length));
    const all = Array.from({ length: listed + 1 }, (_, index) => itemsAt(index)).flat();
    const prefix = shape.prefix.map((item, index) => this.of(item, itemsAt(index)));
    return { ...shape, prefix, items: this.of(shape.items, all) };
  }

  #object(shape: ObjectShape, rivals: Rivals): Shape {
    const objects = rivals
      .flatMap(alternativesOf)
      .filter((rival) => rival.kind === 'object')
      .filter((rival) => !areDisjoint(shape, rival));
    const at = (name: string): Rivals => objects.map((rival) => propertyOf(rival, name).shape);
    const properties = new Map(
      [...shape.properties].map(([name, property]): [string, Property] => [
        name,
        { ...property, shape: this.of(property.shape, at(name)) },
      ]),
    );
    if (shape.additional.kind !== 'never') {
      const additional = objects.flatMap((rival) => [
        rival.additional,
        ...[...rival.properties.values()].map(({ shape }) => shape),
      ]);
      return { ...shape, properties, additional: this.of(shape.additional, additional) };
    }
    for (const name of objects.flatMap((rival) => [...rival.properties.keys()])) {
      if (!properties.has(name)) properties.set(name, { shape: NEVER, required: false });
    }
    const tolerated: Shape = { ...shape, properties, additional: ANY, names: ANY_STRING, max: Infinity };
    return isCounted(shape)
      ? { kind: 'partial', known: tolerated, reason: 'a number of fields', pointer: '', text: undefined }
      : tolerated;
  }
}

/** Whether it may have fewer fields than it lists. */
const isCounted = ({ properties, max }: ObjectShape): boolean =>
  max < [...properties.values()].filter(({ shape }) => shape.kind !== 'never').length;

/** The shapes of one kind each that a shape allows. */
const alternativesOf = (shape: Shape): readonly Shape[] => {
  if (shape.kind === 'union') return shape.members.flatMap(alternativesOf);
  if (shape.kind === 'partial') return alternativesOf(shape.known);
  return shape.kind === 'reference' ? alternativesOf(shape.resolve()) : [shape];
};

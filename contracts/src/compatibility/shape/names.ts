import { NEVER, type Shape } from './shape.js';
import { validityOf } from './validity.js';

/** What a property of this name may be, where `names` allows only some. */
export const shapeNamed = (name: string, names: Shape, shape: Shape): Shape => {
  switch (validityOf(names, name)) {
    case 'valid':
      return shape;
    case 'invalid':
      return NEVER;
    case 'unknown': {
      const reason = 'a name that only a format or pattern decides on';
      return { kind: 'partial', known: shape, reason, pointer: '', text: undefined };
    }
  }
};

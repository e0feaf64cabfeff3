import { excerpt } from './excerpt.js';
import { field } from '@typed-queue/program';

const MAX_VALUE = 60;

/** The value at a path such as `tags.0`; undefined when the document has none. */
const valueAt = (document: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, key)
          ? Reflect.get(value, key)
          : undefined,
      document,
    );

/** What an update changed: `price: 5 → 6, tags.0: (none) → "new"`. */
export const changes = (update: {
  readonly before: unknown;
  readonly after: unknown;
  readonly changed: readonly string[];
}): string =>
  update.changed
    .map((path) => {
      const [before, after] = [valueAt(update.before, path), valueAt(update.after, path)];
      if (before === undefined && after === undefined) return field(path);
      return `${field(path)}: ${excerpt(before, MAX_VALUE)} → ${excerpt(after, MAX_VALUE)}`;
    })
    .join(', ');

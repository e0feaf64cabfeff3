import type { DatabaseMessage, FilesMessage } from '@typed-queue/contracts';
import { field, printable } from '@typed-queue/program';
import type { Colors, Formatter } from 'picocolors/types.js';
import { match } from 'ts-pattern';
import { duration, size } from '../measure.js';

/** The colour of an event, and the fields of it that matter. */
export interface Content {
  readonly paint: Formatter;
  readonly fields: readonly string[];
}

const MAX_DOCUMENT = 200;
const MAX_CHANGES = 400;
const MAX_VALUE = 60;

const HIGH_SURROGATE_LAST = /[\uD800-\uDBFF]$/;

/** At most `max` characters of a text; the rest is shown as `…`. */
export const cut = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).replace(HIGH_SURROGATE_LAST, '')}…`;

/** At most `max` characters of a value as compact JSON. */
export const excerpt = (value: unknown, max = MAX_DOCUMENT): string =>
  cut(value === undefined ? '(none)' : printable(JSON.stringify(value)), max);

/** Code and text of an error; many texts begin with the code already. */
export const failure = (
  { code, message }: { readonly code: string; readonly message: string },
  paint: Formatter,
): string =>
  paint(message.startsWith(`${code}: `) ? printable(message) : `${field(code)}: ${printable(message)}`);

export const filesContent = (message: FilesMessage, { green, red }: Colors): Content =>
  match<FilesMessage, Content>(message)
    .with({ event: 'save' }, ({ payload: { path, bytes, sha256, durationMs } }) => ({
      paint: green,
      fields: [field(path), size(bytes), `sha256 ${field(sha256)}`, duration(durationMs)],
    }))
    .with({ event: 'error' }, ({ payload }) => ({
      paint: red,
      fields: [field(payload.path), `${field(payload.operation)} failed`, failure(payload, red)],
    }))
    .exhaustive();

export const databaseContent = (
  message: DatabaseMessage,
  { green, blue, yellow, magenta, red }: Colors,
): Content =>
  match<DatabaseMessage, Content>(message)
    .with({ event: 'create' }, ({ payload }) => ({
      paint: green,
      fields: [...subject(payload), excerpt(payload.after)],
    }))
    .with({ event: 'read' }, ({ payload }) => {
      const filter = 'filter' in payload ? [`where ${excerpt(payload.filter)}`] : [];
      return { paint: blue, fields: [...subject(payload), ...filter, `${payload.count} found`] };
    })
    .with({ event: 'update' }, ({ payload }) => ({
      paint: yellow,
      fields: [...subject(payload), cut(changes(payload), MAX_CHANGES)],
    }))
    .with({ event: 'delete' }, ({ payload }) => ({
      paint: magenta,
      fields: [...subject(payload), excerpt(payload.before)],
    }))
    .with({ event: 'error' }, ({ payload }) => ({
      paint: red,
      fields: [...subject(payload), `${field(payload.operation)} failed`, failure(payload, red)],
    }))
    .exhaustive();

/** The document of an event; only the model when the event is about several. */
const subject = ({ model, id }: { readonly model: string; readonly id?: string | undefined }): string[] =>
  id === undefined ? [field(model)] : [field(model), field(id)];

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

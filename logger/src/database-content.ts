import type { DatabaseMessage } from '@typed-queue/contracts';
import type { Colors } from 'picocolors/types.js';
import { match } from 'ts-pattern';
import { changes } from './changes.js';
import { failure, MAX_DOCUMENT, type Content } from './content.js';
import { cut, excerpt } from './excerpt.js';
import { field } from '@typed-queue/program';

const MAX_CHANGES = 400;

/** Of which document; of an event that is about several, only the model. */
const subject = ({ model, id }: { readonly model: string; readonly id?: string | undefined }): string[] =>
  id === undefined ? [field(model)] : [field(model), field(id)];

export const databaseContent = (
  message: DatabaseMessage,
  { green, blue, yellow, magenta, red }: Colors,
): Content =>
  match<DatabaseMessage, Content>(message)
    .with({ event: 'create' }, ({ payload }) => ({
      paint: green,
      fields: [...subject(payload), excerpt(payload.after, MAX_DOCUMENT)],
    }))
    .with({ event: 'read' }, ({ payload }) => {
      const filter = 'filter' in payload ? [`where ${excerpt(payload.filter, MAX_DOCUMENT)}`] : [];
      return { paint: blue, fields: [...subject(payload), ...filter, `${payload.count} found`] };
    })
    .with({ event: 'update' }, ({ payload }) => ({
      paint: yellow,
      fields: [...subject(payload), cut(changes(payload), MAX_CHANGES)],
    }))
    .with({ event: 'delete' }, ({ payload }) => ({
      paint: magenta,
      fields: [...subject(payload), excerpt(payload.before, MAX_DOCUMENT)],
    }))
    .with({ event: 'error' }, ({ payload }) => ({
      paint: red,
      fields: [...subject(payload), `${field(payload.operation)} failed`, failure(payload, red)],
    }))
    .exhaustive();

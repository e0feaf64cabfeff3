import type { FilesMessage } from '@typed-queue/contracts';
import type { Colors } from 'picocolors/types.js';
import { match } from 'ts-pattern';
import { failure, type Content } from './content.js';
import { duration, size } from './measure.js';
import { field } from '@typed-queue/program';

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

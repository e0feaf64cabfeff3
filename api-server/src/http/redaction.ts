import { QueueError } from '@typed-queue/contracts';
import { rightsToModel } from '@typed-queue/program';
import type { ErrorRequestHandler } from 'express';
import { principalOf } from './authentication.js';
import type { Description } from './resource.js';

/** Behind the routes of a model: removes from their errors what the principal may not read. */
export const redaction =
  ({ name }: Pick<Description, 'name'>): ErrorRequestHandler =>
  (error: unknown, _request, response, next) => {
    const rights = principalOf(response)?.rights;
    const mayRead = (model: string): boolean =>
      rights !== undefined && rightsToModel(rights, model).has('read');
    next(error instanceof QueueError ? redacted(error, name, mayRead) : error);
  };

const redacted = (error: QueueError, model: string, mayRead: (model: string) => boolean): QueueError => {
  const { code, details } = error;
  if (code === 'revision_conflict' && !mayRead(model)) {
    return new QueueError(code, `The ${model} does not have the revision that If-Match names.`);
  }
  if (code === 'document_in_use' && !(typeof details.model === 'string' && mayRead(details.model))) {
    return new QueueError(code, `The ${model} cannot be deleted: other documents refer to it.`);
  }
  return error;
};

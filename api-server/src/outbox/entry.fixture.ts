import { newId } from '@typed-queue/contracts';
import { changeKey, type Entry } from './entry.js';

/** The entry of a change that creates a document, unless it says otherwise. */
export const entryOf = (fields: Partial<Entry> & Pick<Entry, 'document'>): Entry => {
  const { document, revision = 1 } = fields;
  return {
    _id: newId(),
    event: 'create',
    revision,
    change: changeKey(document, revision),
    payload: JSON.stringify({ model: 'product', id: document, after: { id: document, revision } }),
    headers: { key: document },
    createdAt: new Date(0),
    ...fields,
  };
};

import type { FieldPathList } from '@rjsf/utils';

/** What a field is called, as in the paths of errors: an item of a list is `items.0`, that of a list in it `items.0.1`. */
export const itemName = (path: FieldPathList): string => {
  const last = path.findLastIndex((part) => typeof part === 'string');
  return (last < 0 ? ['Payload', ...path] : path.slice(last)).join('.');
};

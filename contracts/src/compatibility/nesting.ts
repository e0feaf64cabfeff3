import { isJsonArray, isJsonObject, type Json } from './json.js';

/** Far more than a payload needs, and far less than the call stack allows. */
const MAX_LEVELS = 400;

export const TOO_DEEP = 'a schema that is nested too deeply to be read';

/** Without recursion, which the call stack would end. */
export const isTooDeep = (schema: Json): boolean => {
  let level: readonly Json[] = [schema];
  for (let depth = 0; depth < MAX_LEVELS && level.length > 0; depth++) {
    level = level.flatMap((part) =>
      isJsonArray(part) ? part : isJsonObject(part) ? Object.values(part) : [],
    );
  }
  return level.length > 0;
};

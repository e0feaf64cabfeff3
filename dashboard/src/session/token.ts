/** Of sessionStorage: other tabs and the next start of the browser do not have it. */
const KEY = 'typed-queue.token';

/** As browsers have it. */
export interface TokenStorage {
  getItem(key: string): string | null;
  setItem(key: string, text: string): void;
  removeItem(key: string): void;
}

/** Undefined: nobody signed in. */
export const readToken = (storage: TokenStorage): string | undefined => storage.getItem(KEY) ?? undefined;

/** Undefined forgets it. */
export const keepToken = (storage: TokenStorage, token: string | undefined): void => {
  if (token === undefined) storage.removeItem(KEY);
  else storage.setItem(KEY, token);
};

/** Says something about the logger itself; the same twice in a row is said once. */
export type Say = (text: string) => void;

import type { Issue } from '@typed-queue/contracts';

const MAX_ISSUES = 20;
const MAX_CHARACTERS = 300;

/** So much of a text as helps: what quotes a request must not make an answer as large as it. */
export const excerpt = (text: string): string =>
  text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text;

export const firstIssues = (issues: readonly Issue[]): readonly Issue[] =>
  issues
    .slice(0, MAX_ISSUES)
    .map(({ path, message }) => ({ path: excerpt(path), message: excerpt(message) }));

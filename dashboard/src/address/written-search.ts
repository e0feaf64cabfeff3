import type { SearchSchemaInput } from '@tanstack/react-router';

/** For the router, which writes addresses from it: what a page cannot read stays, and is named there. */
export const writtenAs =
  <Search extends object>() =>
  (written: Search & SearchSchemaInput): Readonly<Record<string, unknown>> => ({ ...written });

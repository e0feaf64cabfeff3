import { OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi';
import { registerAdmin, registerModel, registerPages } from './openapi-paths.js';
import { accessFields } from './openapi-schemas.js';
import type { Description } from './resource.js';

const DESCRIPTION = `Every create, read, update and delete becomes an event of the queue \`database\`.

A change says which revision of the document it means: send \`If-Match\` with the \`ETag\` that reading it gave.
What fails is answered with \`application/problem+json\`: test its \`code\`, never its texts.`;

/** What a caller is shown. */
interface Seen {
  readonly models: readonly Description[];
  /** Whether the administration is shown as well. */
  readonly administers: boolean;
}

/** The description of the API, OpenAPI 3.1, from the schemas that requests are checked by. */
const openApiDocument = ({ models, administers }: Seen, keysRequired: boolean) => {
  const registry = new OpenAPIRegistry();
  const access = accessFields(registry, keysRequired);
  for (const model of models) registerModel(registry, model, access);
  registerPages(registry);
  if (administers) registerAdmin(registry, access);
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.1',
    info: { title: 'typed-queue API', version: '1', description: DESCRIPTION },
  });
};

/** Descriptions of what different callers see, each made once. `keysRequired`: whether requests show a token. */
export const openApiDescriptions = (keysRequired: boolean): ((seen: Seen) => unknown) => {
  const made = new Map<string, unknown>();
  return (seen) => {
    const names = JSON.stringify([seen.administers, ...seen.models.map(({ name }) => name)]);
    const known = made.get(names) ?? openApiDocument(seen, keysRequired);
    made.set(names, known);
    return known;
  };
};

import { OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi';
import { accessParts } from './openapi-access.js';
import { registerModel, registerPages } from './openapi-paths.js';
import type { Description } from './resource.js';

const DESCRIPTION = `Every create, read, update and delete becomes an event of the queue \`database\`.

A change says which revision of the document it means: send \`If-Match\` with the \`ETag\` that reading it gave.
What fails is answered with \`application/problem+json\`: test its \`code\`, never its texts.`;

/** The description of the API, OpenAPI 3.1, from the schemas that requests are checked by. */
const openApiDocument = (models: readonly Description[], keysRequired: boolean) => {
  const registry = new OpenAPIRegistry();
  const access = accessParts(registry, keysRequired);
  for (const model of models) registerModel(registry, model, access);
  registerPages(registry);
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.1',
    info: { title: 'typed-queue API', version: '1', description: DESCRIPTION },
  });
};

/** Descriptions of some of the models, each made once. `keysRequired`: whether requests show a token. */
export const openApiDescriptions = (keysRequired: boolean): ((models: readonly Description[]) => unknown) => {
  const made = new Map<string, unknown>();
  return (models) => {
    const names = models.map(({ name }) => name).join(' ');
    const known = made.get(names) ?? openApiDocument(models, keysRequired);
    made.set(names, known);
    return known;
  };
};

import { OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi';
import { registerModel, registerPages } from './openapi-paths.js';
import type { Description } from './resource.js';

const DESCRIPTION = `Every create, read, update and delete becomes an event of the queue \`database\`.

A change says which revision of the document it means: send \`If-Match\` with the \`ETag\` that reading it gave.
What fails is answered with \`application/problem+json\`: test its \`code\`, never its texts.`;

/** The description of the API, OpenAPI 3.1, from the schemas that requests are checked by. */
export const openApiDocument = (models: readonly Description[]) => {
  const registry = new OpenAPIRegistry();
  for (const model of models) registerModel(registry, model);
  registerPages(registry);
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.1',
    info: { title: 'typed-queue API', version: '1', description: DESCRIPTION },
  });
};

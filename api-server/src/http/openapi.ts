import { documentPaths, healthPaths, type PathItem } from './openapi-paths.js';
import { openApiSchemas, type JsonSchema } from './openapi-schemas.js';
import { parameters, problem } from './openapi-parts.js';
import { pathOf, type Description } from './resource.js';

/** As much of OpenAPI 3.1 as the API uses. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: Readonly<Record<string, string>>;
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly responses: Readonly<Record<string, unknown>>;
  };
}

const DESCRIPTION = `Every create, read, update and delete becomes an event of the queue \`database\`.

A change says which revision of the document it means: send \`If-Match\` with the \`ETag\` that reading it gave.
What fails is answered with \`application/problem+json\`: test its \`code\`, never its texts.`;

/** The description of the API, OpenAPI 3.1, from the schemas that requests are checked by. */
export const openApiDocument = (models: readonly Description[]): OpenApiDocument => ({
  openapi: '3.1.1',
  info: { title: 'typed-queue API', version: '1', description: DESCRIPTION },
  paths: {
    ...Object.fromEntries(
      models.flatMap((model) => {
        const { all, one } = documentPaths(model);
        return [
          [pathOf(model), all],
          [`${pathOf(model)}/{id}`, one],
        ];
      }),
    ),
    ...healthPaths,
  },
  components: {
    schemas: openApiSchemas(models),
    parameters,
    responses: { Problem: problem },
  },
});

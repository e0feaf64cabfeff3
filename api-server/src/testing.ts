import { startEmbeddedMongo } from '@typed-queue/embedded-mongo';
import { startApiServer, type ApiServer, type ApiServerOptions } from './server.js';

export interface TestApi extends ApiServer {
  /** Its database: start another API there to test a restart, or look into it. */
  readonly mongodbUri: string;
}

/**
 * Starts the real API in this process, on a free port of loopback, over a MongoDB of its own that is kept in memory and
 * goes when it is closed (one that is given stays). For anyone's tests:
 *
 *     const server = await startTestServer();                                  // of @typed-queue/queue-server/testing
 *     const api = await startTestApi({ queue: { url: server.url } });
 *     await fetch(`${api.url}/api/v1/products`, …);
 *     …
 *     await api.close();
 *     await server.close();
 */
export const startTestApi = async (
  options: Pick<ApiServerOptions, 'queue'> & Partial<ApiServerOptions>,
): Promise<TestApi> => {
  if (options.mongodbUri !== undefined) {
    const { mongodbUri } = options;
    return { ...(await startApiServer({ ...options, mongodbUri })), mongodbUri };
  }
  const mongo = await startEmbeddedMongo({});
  try {
    const api = await startApiServer({ ...options, mongodbUri: mongo.uri });
    const close = async (): Promise<void> => {
      await api.close();
      await mongo.close();
    };
    return { ...api, mongodbUri: mongo.uri, close };
  } catch (error) {
    await mongo.close();
    throw error;
  }
};

import { startEmbeddedMongo } from '@typed-queue/embedded-mongo';
import { newId } from '@typed-queue/contracts';
import { models as allModels } from '../../models/models.js';
import { openDatabase, type Database, type DatabaseOptions } from './database.js';

export interface TestDatabase extends Database {
  readonly uri: string;
}

/** A server and a database of their own; or a database of the server that `MONGODB_URI` names. */
export const openTestDatabase = async ({
  models = allModels,
  ...options
}: Partial<DatabaseOptions> = {}): Promise<TestDatabase> => {
  const given = process.env.MONGODB_URI;
  const server = given === undefined ? await startEmbeddedMongo() : undefined;
  const [base = '', query = ''] = (server?.uri ?? given ?? '').split('?');
  const uri = `${base.replace(/\/[^/]*$/, '')}/test-${newId()}?${query}`;
  const database = await openDatabase({ ...options, uri, models });
  return {
    ...database,
    uri,
    close: async () => {
      await database.connection.dropDatabase();
      await database.close();
      await server?.close();
    },
  };
};

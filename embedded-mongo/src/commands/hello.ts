import { ObjectId } from 'bson';
import { MAX_DOCUMENT, type Document } from '../bson/document.js';
import { MAX_MESSAGE } from '../wire/message.js';
import type { Call, Command } from './command.js';

export const SET_NAME = 'rs0';

/** The version of MongoDB that it behaves like. */
const VERSION = '8.0.0';

/** The wire version of MongoDB 8.0. */
const WIRE_VERSION = 25;

const hello = ({ instance }: Call): Document => ({
  helloOk: true,
  isWritablePrimary: true,
  ismaster: true,
  secondary: false,
  setName: SET_NAME,
  setVersion: 1,
  hosts: [instance.address],
  primary: instance.address,
  me: instance.address,
  electionId: new ObjectId(instance.processId),
  maxBsonObjectSize: MAX_DOCUMENT,
  maxMessageSizeBytes: MAX_MESSAGE,
  maxWriteBatchSize: 100_000,
  localTime: new Date(instance.now()),
  logicalSessionTimeoutMinutes: 30,
  minWireVersion: 0,
  maxWireVersion: WIRE_VERSION,
  readOnly: false,
});

const buildInfo = (): Document => ({
  version: VERSION,
  versionArray: [8, 0, 0, 0],
  maxBsonObjectSize: MAX_DOCUMENT,
});

export const helloCommands: Readonly<Record<string, Command>> = {
  hello: { run: hello },
  isMaster: { run: hello },
  ping: { run: () => ({}) },
  buildInfo: { run: buildInfo },
};

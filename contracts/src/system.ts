/** The contract of this system's own programs, and the types bound to it. */
import { defineContract, type Message } from './contract.js';
import { database } from './queues/database.js';
import { files } from './queues/files.js';
import type { ClientToServerEvents, ServerToClientEvents } from './wire/events.js';

export const contract = defineContract({ files, database });

export type SystemContract = typeof contract;

export type FilesMessage = Message<SystemContract, 'files'>;
export type DatabaseMessage = Message<SystemContract, 'database'>;

/** For a plain `Socket<FilesServerToClientEvents, FilesClientToServerEvents>` of socket.io-client. */
export type FilesServerToClientEvents = ServerToClientEvents<SystemContract, 'files'>;
export type FilesClientToServerEvents = ClientToServerEvents<SystemContract, 'files'>;
export type DatabaseServerToClientEvents = ServerToClientEvents<SystemContract, 'database'>;
export type DatabaseClientToServerEvents = ClientToServerEvents<SystemContract, 'database'>;

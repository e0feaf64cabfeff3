/** The log in which a server keeps what is published later, of all queues. No contract can declare a queue of this name. */
export const SCHEDULE_LOG_NAME = 'server.schedule';

import type { Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';

/** Of a TCP socket, what the server uses beside those of a stream. A stream has no timeouts and no buffers in a system. */
const METHODS = {
  setTimeout(this: Duplex) {
    return this;
  },
  setNoDelay(this: Duplex) {
    return this;
  },
  setKeepAlive(this: Duplex) {
    return this;
  },
  ref(this: Duplex) {
    return this;
  },
  unref(this: Duplex) {
    return this;
  },
  destroySoon(this: Duplex) {
    this.end(() => this.destroy());
  },
  resetAndDestroy(this: Duplex) {
    return this.destroy();
  },
};

/** Serves a connection that came by a stream: it gets the methods of a TCP socket that it lacks. */
export const acceptStream = (http: HttpServer, stream: Duplex): void => {
  for (const [name, value] of Object.entries(METHODS)) {
    if (!(name in stream)) Object.defineProperty(stream, name, { value });
  }
  http.emit('connection', stream);
};

import { Server, type Socket } from 'socket.io';
import type { Product } from '../product.js';

/** What an application would write: a call goes to one of the responders, whose answer goes to the caller. */
const server = new Server(Number(process.argv[2]), { transports: ['websocket'], serveClient: false });
const responders: Socket[] = [];
let calls = 0;
server.on('connection', (socket) => {
  socket.on('serve', (done: () => void) => {
    responders.push(socket);
    done();
  });
  socket.on('call', (product: Product, answer: (result: unknown) => void) => {
    responders[calls++ % responders.length]?.emit('call', product, answer);
  });
});

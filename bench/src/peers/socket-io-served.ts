import { Server } from 'socket.io';
import type { Product } from '../product.js';

/** What an application would write: a message goes to everyone in the queue's room, and its sender gets an answer. */
const server = new Server(Number(process.argv[2]), { transports: ['websocket'], serveClient: false });
server.on('connection', (socket) => {
  socket.on('join', (queue: string, done: () => void) => {
    void socket.join(queue);
    done();
  });
  socket.on('publish', (queue: string, product: Product, done: () => void) => {
    server.to(queue).emit('message', product);
    done();
  });
});

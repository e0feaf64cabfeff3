# One program of this repository: docker build --build-arg PROGRAM=queue-server -t typed-queue/queue-server .
FROM node:24-slim AS build
WORKDIR /app
COPY . .
RUN npm ci --no-audit --no-fund && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-slim
ARG PROGRAM
ENV NODE_ENV=production PROGRAM=${PROGRAM} DATA_DIR=/data HOST=0.0.0.0 LOG_FORMAT=json
# glibc returns buffers of this size at once, instead of raising the limit and keeping them: bench/README.md, memory.
ENV MALLOC_MMAP_THRESHOLD_=131072
WORKDIR /app
COPY --from=build /app /app
# The program may write nothing but its data: /app belongs to root.
RUN install -d -m 700 -o node -g node /data
USER node
VOLUME /data
STOPSIGNAL SIGTERM
CMD ["sh", "-c", "exec node \"$PROGRAM/dist/bin.js\""]

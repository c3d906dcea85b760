# One image; the command chooses: serve, worker, migrate, doctor, … It runs as a user without rights, on a root that may be
# read-only (docker run --read-only --tmpfs /tmp -v data:/data). docs/operating.md, "In a container".
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    ZENODO_REPLICATOR_SERVER_HOST=0.0.0.0 \
    ZENODO_REPLICATOR_WORKER_METRICS_HOST=0.0.0.0 \
    ZENODO_REPLICATOR_WORKER_METRICS_PORT=9464
WORKDIR /app
COPY --from=build /build/package.json /build/CHANGELOG.md /build/LICENSE ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY --from=build /build/src/bin.js src/bin.js
COPY --from=build /build/assets assets
COPY --from=build /build/migrations migrations
COPY --from=build /build/config config
COPY --from=build /build/docs docs
# for a SQLite database, and for retention.folder
RUN mkdir /data && chown node:node /data
WORKDIR /data
VOLUME /data
USER node
EXPOSE 8080 9464
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "/app/config/healthcheck.js"]
# Node itself: it is then what gets the SIGTERM of `docker stop`, and puts running copies back
ENTRYPOINT ["node", "/app/src/bin.js"]
CMD ["serve"]

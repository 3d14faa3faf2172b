# sora-labo-mcp in an image without a shell, for a user without rights. It writes to no disk: run it with --read-only.
#
#   docker build -t sora-labo-mcp .
#
# Settings come by environment. It serves over HTTP; with SORA_HTTP empty it speaks stdio, and commands work as ever:
#
#   docker run -i --rm -e SORA_HTTP= -e SORA_API_KEY sora-labo-mcp
#   docker run --rm sora-labo-mcp token alice

FROM node:24-trixie-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# Without scripts: `prepare` would build what is not there yet.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY scripts scripts
COPY src src
RUN npm run build

FROM gcr.io/distroless/nodejs24-debian13:nonroot
WORKDIR /app
# package.json tells Node that the files are modules.
COPY LICENSE package.json ./
COPY --from=build /build/dist dist
# By number: Kubernetes' runAsNonRoot believes no name.
USER 65532:65532
ENV SORA_HTTP=0.0.0.0:8080
# Calls; and Prometheus, once SORA_METRICS=0.0.0.0:9090 says so.
EXPOSE 8080 9090
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s --retries=3 \
  CMD ["/nodejs/bin/node", "-e", "const at = process.env.SORA_HTTP; if (at) fetch(`http://${at}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1))"]
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/cli.js"]

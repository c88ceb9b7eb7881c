# Only the static binary. The build context is a folder with the binary of one platform, made by `make image`:
#
#   make image
#   docker run --rm -p 8080:8080 target-server --sleep=1s
FROM scratch

# These must come first: the old builder can set another platform only on a layer.
COPY target-server /target-server

ARG VERSION= REVISION= CREATED=
LABEL org.opencontainers.image.title="target-server" \
      org.opencontainers.image.description="Stands in for a Python application server in a test" \
      org.opencontainers.image.source="https://github.com/target-server/target-server" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"

# An arbitrary unprivileged user: there is no /etc/passwd with names.
USER 65532:65532

EXPOSE 8080

# It uses the address in TARGET_SERVER_ADDR; if you use --addr on the command line, set --health-cmd too. A
# server whose event loop is blocked (async-misuse) is unhealthy meanwhile, as the real server would be.
HEALTHCHECK --interval=10s --timeout=5s --start-period=2s --retries=3 CMD ["/target-server", "healthcheck"]

ENTRYPOINT ["/target-server"]

# The static binary and nothing else. Its context is a folder with the binary of one platform, as `make image` makes it:
#
#   make image
#   docker run --rm -p 8080:8080 target-server --sleep=1s
FROM scratch

# First of all: the old builder can give a platform other than its own only to a layer.
COPY target-server /target-server

ARG VERSION= REVISION= CREATED=
LABEL org.opencontainers.image.title="target-server" \
      org.opencontainers.image.description="Stands in for a Python application server in a test" \
      org.opencontainers.image.source="https://github.com/target-server/target-server" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"

# Nobody in particular: there is no /etc/passwd to name one.
USER 65532:65532

EXPOSE 8080

# It asks the address that TARGET_SERVER_ADDR gives; with --addr on the command line, give --health-cmd there as well. A
# blocked event loop (async-misuse) is unhealthy while it is blocked, as the real server's would be.
HEALTHCHECK --interval=10s --timeout=5s --start-period=2s --retries=3 CMD ["/target-server", "healthcheck"]

ENTRYPOINT ["/target-server"]

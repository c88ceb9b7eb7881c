# The static binary and nothing else. Its context is the folder that `make image` fills:
#
#   make image
#   docker run --rm -p 8080:8080 target-server --sleep=1s
FROM scratch

LABEL org.opencontainers.image.title="target-server" \
      org.opencontainers.image.description="Stands in for a Python application server in a test" \
      org.opencontainers.image.source="https://github.com/target-server/target-server" \
      org.opencontainers.image.licenses="MIT"

COPY target-server /target-server

# Nobody in particular: there is no /etc/passwd to name one.
USER 65532:65532

EXPOSE 8080

# It asks the address that TARGET_SERVER_ADDR gives; with --addr on the command line, give --health-cmd there as well. A
# blocked event loop (async-misuse) is unhealthy while it is blocked, as the real server's would be.
HEALTHCHECK --interval=10s --timeout=5s --start-period=2s --retries=3 CMD ["/target-server", "healthcheck"]

ENTRYPOINT ["/target-server"]

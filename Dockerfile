FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# "dirty" would only mean the files that .dockerignore leaves out.
RUN make build VERSION="$(git describe --tags --always)" && mv bin /out
RUN mkdir /out/data

FROM scratch
# For `send` and `tail` against a server with HTTPS; serving needs none of it.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/plainchat /plainchat
COPY --from=build /src/internal/licences/licences.txt /licences.txt
# A new volume takes its owner from here; the user below has to be able to write to it.
COPY --from=build --chown=65532:65532 /out/data /data
ENV PLAINCHAT_LISTEN=:5001 PLAINCHAT_DATA=/data
USER 65532:65532
# SQLite puts its temporary files here, since there is no /tmp.
WORKDIR /data
VOLUME /data
EXPOSE 5001
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 CMD ["/plainchat", "health"]
ENTRYPOINT ["/plainchat"]

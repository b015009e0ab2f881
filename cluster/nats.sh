#!/bin/sh
# Starts a NATS server of docker-compose.yml, unless a password is missing: without one it would let everybody
# in. In quotes, since NATS would take one of digits for a number.
set -eu
for name in NATS_PASSWORD NATS_ROUTE_PASSWORD; do
	eval "password=\${$name:-}"
	case $password in
	'' | *[!A-Za-z0-9]*)
		echo "Set $name to letters and digits, as from: openssl rand -hex 24" >&2
		exit 1
		;;
	esac
	export "$name=\"$password\""
done
exec nats-server "$@"

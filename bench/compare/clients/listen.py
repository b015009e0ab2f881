"""Listens to an event stream, and writes each event as a line of JSON."""
import http.client
import time
import urllib.parse


def events(address):
    """Yields the type and the data of each event, without end."""
    at = urllib.parse.urlsplit(address)
    last_id, retry = "", 1.0
    while True:
        try:
            connection = http.client.HTTPConnection(at.netloc, timeout=45)  # three heartbeats
            connection.request("GET", at.path, headers={"Last-Event-ID": last_id} if last_id else {})
            answer = connection.getresponse()
            if answer.status == 200:
                kind, data, seen = "message", "", last_id
                for line in answer:
                    field, _, value = line.decode().rstrip("\r\n").partition(":")
                    value = value.removeprefix(" ")
                    if field == "event":
                        kind = value
                    elif field == "data":
                        data += value
                    elif field == "id":
                        seen = value
                    elif field == "retry":
                        retry = int(value) / 1000
                    elif field == "" and value == "":  # the end of an event
                        last_id = seen
                        if data:
                            yield kind, data
                        kind, data = "message", ""
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(retry)


if __name__ == "__main__":
    import json
    import sys

    for kind, data in events(sys.argv[1]):
        print(json.dumps({"type": kind, "data": data}), flush=True)

"""The tutorial's own stack: Flask-SocketIO on eventlet.

Production mode: one process, which is all that eventlet uses without a message
queue beside it; WebSocket served by eventlet itself, which would stop at 1,024
connections unless told otherwise; no debugger, no logging.

    python3 app.py 127.0.0.1 5003
"""

import sys

import eventlet

eventlet.monkey_patch()

from flask import Flask  # noqa: E402  (after the patch, as eventlet asks)
from flask_socketio import SocketIO, emit, join_room  # noqa: E402

app = Flask(__name__)
socketio = SocketIO(app, async_mode="eventlet", logger=False, engineio_logger=False)


@socketio.on("join")
def join(data):
    join_room(data["room"])
    return True


@socketio.on("my event")
def message(data):
    emit("my response", data, to=data["room"])
    return True


if __name__ == "__main__":
    socketio.run(
        app,
        host=sys.argv[1],
        port=int(sys.argv[2]),
        debug=False,
        log_output=False,
        max_size=20_000,
    )

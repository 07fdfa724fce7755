"""Runs one `rota` command as a child of the demo, and ends it when the demo is gone.

The demo holds the other end of standard input and never writes: end of file means that it died, even from kill -9.
"""

import os
import signal
import sys
import threading

from bots.cli import app


def _end_with_parent() -> None:
    # Not sys.stdin, whose lock the interpreter wants at its end.
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    app(sys.argv[1:], prog_name="rota")

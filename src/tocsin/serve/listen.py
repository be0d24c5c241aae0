"""The listening socket: bound here, or handed over by systemd (socket activation) or by the process before us."""

import errno
import os
import socket

from tocsin.kernel.errors import Refused, Unavailable
from tocsin.settings import Settings

BACKLOG = 1024


def open_socket(settings: Settings) -> socket.socket:
    """Bound and listening: from now on requests wait instead of being refused. Raises Refused for a port in use."""
    if settings.listen_fd is not None:
        return inherit_socket(settings.listen_fd)
    host, port = settings.address
    found = None
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        found = socket.socket(family, kind)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(BACKLOG)
    except OSError as error:
        if found is not None:
            found.close()
        raise _not_bound(settings.listen, error) from error
    return found


def inherit_socket(descriptor: int) -> socket.socket:
    try:
        os.set_inheritable(descriptor, False)
        found = socket.socket(fileno=descriptor)
        found.listen(BACKLOG)
    except OSError as error:
        raise Unavailable(
            f"File descriptor {descriptor} is not a socket that we can listen on: {error.strerror}.",
            "Start Tocsin without LISTEN_FDS, or mend the systemd socket unit.",
        ) from error
    return found


def _not_bound(listen: str, error: OSError) -> Refused | Unavailable:
    another = "choose another with TOCSIN_LISTEN, for instance TOCSIN_LISTEN=127.0.0.1:8378."
    if error.errno == errno.EADDRINUSE:
        return Refused(f"The address {listen} is in use by another program.", f"Stop that one, or {another}")
    return Unavailable(f"Cannot listen on {listen}: {error.strerror}.", f"Mend that, or {another}")

"""The certificate that we serve with where we speak TLS ourselves. One that was renewed on the disk is taken up without
a restart: programs such as certbot replace the files and tell nobody."""

import logging
import ssl
from pathlib import Path

from tocsin.kernel.errors import Unavailable

_log = logging.getLogger(__name__)


class Certificate:
    """PEM files: the certificate with those between it and the root, and its key, which may be in the same file.

    Raises Unavailable when they cannot be read or do not belong together.
    """

    def __init__(self, cert: Path, key: Path | None) -> None:
        self._cert, self._key = cert, key
        self._seen = self._changed()
        try:
            self._context = self._load()
        except (OSError, ssl.SSLError) as error:
            raise Unavailable(
                f"The certificate in {cert} cannot be used: {_why(error)}.",
                "Name PEM files that this user may read and that belong together in TOCSIN_SMTP_TLS_CERT and "
                "TOCSIN_SMTP_TLS_KEY.",
            ) from error

    def context(self) -> ssl.SSLContext:
        """For one more connection. While new files cannot be used, the ones before serve on."""
        changed = self._changed()
        if changed != self._seen:
            self._seen = changed
            try:
                self._context = self._load()
            except (OSError, ssl.SSLError) as error:
                _log.error("the new certificate in %s cannot be used, the old one serves on: %s", self._cert, error)
            else:
                _log.info("the new certificate in %s is in use", self._cert)
        return self._context

    def _load(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self._cert, self._key)
        return context

    def _changed(self) -> tuple[int, ...]:
        """When each file was written last; 0: it is not there."""
        files = (self._cert, self._key or self._cert)
        return tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in files)


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)

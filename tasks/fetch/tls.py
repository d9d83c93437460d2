"""Make what verifies certificates."""

from __future__ import annotations

import ssl
from pathlib import Path


def tls_context(ca_file: Path | None = None) -> ssl.SSLContext:
    """Return what verifies certificates: TLS 1.2 or newer, the name, and an authority.

    The authorities are those of ``ca_file`` or the ones that browsers trust (certifi's list). The
    environment is not asked: ssl's own default context would read file names from it, and write keys to one.
    Raises OSError when the file cannot be read or holds no certificate.
    """
    import certifi

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(ca_file or certifi.where())
    return context

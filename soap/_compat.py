"""Lets Spyne 2.14 be imported by every Python that the project runs on.

Its bundled copy of `six` loads modules in a way that Python 3.11 warns of and 3.12 no longer knows, so that the
published `six` stands in for it. `cgi`, which Python 3.13 no longer has, comes from the package `legacy-cgi`.
"""

import collections.abc
import http.cookies
import sys
import urllib.error
import urllib.parse
import urllib.request
import warnings

import six
import six.moves

if not hasattr(six, "get_function_name"):
    six.get_function_name = lambda function: function.__name__

STAND_INS = {
    "": six,
    ".moves": six.moves,
    ".moves.collections_abc": collections.abc,
    ".moves.http_cookies": http.cookies,
    ".moves.urllib": urllib,
    ".moves.urllib.parse": urllib.parse,
    ".moves.urllib.request": urllib.request,
    ".moves.urllib.error": urllib.error,
}
for name, module in STAND_INS.items():
    sys.modules.setdefault(f"spyne.util.six{name}", module)

# Spyne's code is of 2022: what newer Pythons say about its style and about `cgi` is known and no news to an operator.
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", SyntaxWarning)
    import spyne
    import spyne.interface.wsdl
    import spyne.protocol.soap
    import spyne.server  # noqa: F401

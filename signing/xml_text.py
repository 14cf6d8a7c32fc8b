"""Writes XML in the form that canonicalisation would give it, so that a file of ours is its own canonical form."""

from collections.abc import Mapping

TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
VALUE = str.maketrans({"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"})


def text(value: str) -> str:
    return value.translate(TEXT)


def element(name: str, *content: str, **attributes: str) -> str:
    """An element of finished content. The attributes must be of one namespace, which is then their order by name."""
    listed = "".join(f' {key}="{value.translate(VALUE)}"' for key, value in sorted(attributes.items()))
    return f"<{name}{listed}>{''.join(content)}</{name}>"


def document(name: str, prefixes: Mapping[str, str], *content: str, **attributes: str) -> bytes:
    """A whole file: every prefix is declared at the root, and there is no XML declaration."""
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in sorted(prefixes.items()))
    return element(name, *content, **attributes).replace(f"<{name}", f"<{name}{declared}", 1).encode()

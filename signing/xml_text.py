"""Writes XML in the form that canonicalisation would give it, so that a file of ours is its own canonical form."""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
VALUE = str.maketrans({"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"})


_TAG = re.compile(r"<\w+:\w+")


def text(value: str) -> str:
    return value.translate(TEXT)


def element(name: str, *content: str, **attributes: str) -> str:
    """An element of finished content. The attributes must be of one namespace, which is then their order by name."""
    if not attributes:
        return f"<{name}>{''.join(content)}</{name}>"
    listed = "".join([f' {key}="{value.translate(VALUE)}"' for key, value in sorted(attributes.items())])
    return f"<{name}{listed}>{''.join(content)}</{name}>"


def document(name: str, prefixes: Mapping[str, str], *content: str, **attributes: str) -> bytes:
    """A whole file: every prefix is declared at the root, and there is no XML declaration."""
    return declaring(element(name, *content, **attributes), prefixes).encode()


def declaring(fragment: str, prefixes: Mapping[str, str]) -> str:
    """The element with these prefixes declared in its first tag."""
    declared = "".join([f' xmlns:{prefix}="{uri}"' for prefix, uri in sorted(prefixes.items())])
    return _TAG.sub(lambda tag: tag[0] + declared, fragment, count=1)


def exclusive(fragment: str, prefixes: Mapping[str, str]) -> bytes:
    """The exclusive canonical form of an element that was written here, wherever it is going to stand.

    A prefix is declared by the outermost elements that have it; attributes must have none.
    """
    outermost = fragment[1 : fragment.index(":")]
    opened: Counter[str] = Counter()

    def declared(tag: re.Match[str]) -> str:
        end, prefix = tag.groups()
        opened[prefix] += -1 if end else 1
        return tag[0] if end or opened[prefix] > 1 else f'{tag[0]} xmlns:{prefix}="{prefixes[prefix]}"'

    inner = _tags_but(outermost).sub(declared, fragment)
    return declaring(inner, {outermost: prefixes[outermost]}).encode()


@cache
def _tags_but(prefix: str) -> re.Pattern[str]:
    return re.compile(rf"<(/?)(?!{prefix}:)(\w+):\w+")

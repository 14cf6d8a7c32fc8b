"""The code as a picture and as a voice, made anew for every look."""

from functools import cache
from pathlib import Path

VOICES = Path(__file__).parent / "voices"
WIDTH, HEIGHT = 240, 80


def picture(code: str) -> bytes:
    """A PNG."""
    from captcha.image import ImageCaptcha

    return ImageCaptcha(WIDTH, HEIGHT).generate(code).getvalue()


def sound(code: str, language: str) -> bytes:
    """A WAV: the digits one after the other, over noise."""
    return bytes(_voice(language).generate(code))


@cache
def _voice(language: str):  # type: ignore[no-untyped-def]  # noqa: ANN202  (loaded when first asked for)
    from captcha.audio import AudioCaptcha

    return AudioCaptcha(str(VOICES / language))

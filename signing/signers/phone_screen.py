"""What a phone can show of a text: in one of two alphabets, and not much of it."""

LANGUAGES = {"az": "AZE", "en": "ENG", "ru": "RUS"}
LIMITS = {"GSM-7": 100, "UCS-2": 50}
ELLIPSIS = {"GSM-7": "...", "UCS-2": "…"}
# GSM 03.38: the letters that take seven bits, and those that take twice seven. Neither has ə, ğ, ı, ş or a small ç.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€")
LAST_OF_UCS2 = "\uffff"


def screen_text(text: str) -> tuple[str, str]:
    """The form in which every letter of the text is shown, and as much of the text as the screen holds in it."""
    form = "GSM-7" if set(text) <= BASIC | EXTENDED else "UCS-2"
    shown = "".join(letter if letter <= LAST_OF_UCS2 else "?" for letter in text)
    if length(shown, form) <= LIMITS[form]:
        return form, shown
    while length(shown + ELLIPSIS[form], form) > LIMITS[form]:
        shown = shown[:-1]
    return form, shown.rstrip() + ELLIPSIS[form]


def length(text: str, form: str) -> int:
    """In places of the screen."""
    return len(text) + sum(letter in EXTENDED for letter in text) if form == "GSM-7" else len(text)

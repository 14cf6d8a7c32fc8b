"""The lists of choices on the sample form, with the names that the CLDR gives in each language."""

from typing import Final

from babel import Locale

from app.web.i18n import LANGUAGES

_COUNTRIES: Final = (
    "AE AL AM AT AU AZ BA BE BG BR BY CA CH CN CY CZ DE DK EE EG ES FI FR GB GE GR HR HU IE IL IN IQ IR IT JP "
    "KG KR KZ LT LU LV MD MK NL NO PK PL PT RO RS RU SA SE SI SK TJ TM TR UA US UZ VN"
)
_CURRENCIES: Final = (
    "AED ALL AMD AUD AZN BAM BGN BHD BRL BYN CAD CHF CLP CNY CZK DKK DZD EGP EUR GBP GEL HKD HUF IDR ILS INR IQD "
    "IRR ISK JOD JPY KGS KRW KWD KZT LBP LYD MAD MDL MKD MXN MYR NOK NZD OMR PKR PLN QAR RON RSD RUB SAR SEK SGD "
    "THB TJS TMT TND TRY UAH USD UZS VND ZAR"
)

Choices = list[tuple[str, str]]


def option_lists() -> dict[str, dict[str, Choices]]:
    """By name and language, in the shape that `Rendering` takes."""
    locales = {language: Locale.parse(language) for language in LANGUAGES}
    return {
        "design_countries": {
            language: [(code, f"{code} – {locale.territories[code]}") for code in _COUNTRIES.split()]
            for language, locale in locales.items()
        },
        "design_currencies": {
            language: [(code, f"{code} – {locale.currencies[code]}") for code in _CURRENCIES.split()]
            for language, locale in locales.items()
        },
    }


COUNTRY_CODES: Final = frozenset(_COUNTRIES.split())
CURRENCY_CODES: Final = frozenset(_CURRENCIES.split())

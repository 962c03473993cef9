"""The pages before the pages: small HTML without scripts, everything escaped, readable on a phone."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from geodata.texts import LANGUAGES, Language
from planner.texts import t

STYLE: Final = """
*{box-sizing:border-box}
body{margin:0;background:#f0f3f5;color:#1b232b;font:16px/1.5 "Source Sans",system-ui,sans-serif}
main{max-width:26rem;margin:2rem auto;padding:1.5rem;background:#fff;border:1px solid #d5dade;border-radius:.5rem}
h1{font-size:1.375rem;margin:0 0 .75rem}p{margin:.5rem 0}a{color:#0b5c8a}
.name{font-weight:600;color:#48525c;margin:0}
label{display:block;font-weight:600;margin:.9rem 0 .2rem}
.hint{display:block;font-size:.875rem;color:#48525c;margin:.2rem 0 0}
input{width:100%;font:inherit;padding:.55rem .6rem;border:1px solid #6b7680;border-radius:.35rem;background:#fff;
color:inherit}
button,.button{display:block;width:100%;margin-top:1.25rem;padding:.65rem;border:0;border-radius:.35rem;background:#0b5c8a;
color:#fff;font:inherit;font-weight:600;text-align:center;text-decoration:none;cursor:pointer}
.button{background:#fff;color:#0b5c8a;border:1px solid #0b5c8a}
:focus-visible{outline:3px solid #0b5c8a;outline-offset:2px}
.notice{border-left:4px solid #0b5c8a;background:#eaf3f8;padding:.5rem .75rem;margin:.75rem 0;overflow-wrap:anywhere}
.wrong{border-color:#b00020;background:#fdf1f2}
.languages{margin:1.5rem 0 0;font-size:.875rem}
@media (max-width:30rem){body{background:#fff}main{margin:0;border:0;max-width:none;padding:1.25rem 1rem}}
"""
CONTENT_POLICY: Final = (
    "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_NAMES: Final[Mapping[Language, str]] = {"id": "Bahasa Indonesia", "en": "English"}


@dataclass(frozen=True)
class Input:
    """A field of a form.

    Attributes
    ----------
    name, label
        Its name in the form, and key of its label.
    kind
        As HTML knows it.
    fills
        What a browser's own memory may fill in.
    value
        What stands in it.
    hint
        Key of a sentence below; empty for none.
    """

    name: str
    label: str
    kind: str = "text"
    fills: str = "off"
    value: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Form:
    """A form.

    Attributes
    ----------
    action
        Address it is sent to.
    button
        Key of the words on its button.
    inputs
        Its fields; the first empty one has the focus.
    """

    action: str
    button: str
    inputs: Sequence[Input] = ()

    def html(self, language: Language, along: Mapping[str, str]) -> str:
        """Return the form with names and values that go along."""
        hidden = "".join(
            f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in along.items()
        )
        first = next((field.name for field in self.inputs if not field.value), "")
        fields = "".join(_field(field, language, focused=field.name == first) for field in self.inputs)
        button = f'<button type="submit">{escape(t(self.button, language))}</button>'
        return f'<form method="post" action="{escape(self.action)}">{hidden}{fields}{button}</form>'


def document(title: str, content: str, language: Language) -> str:
    """Return a page with a title and HTML in a language."""
    told = escape(t("sign_in.product", language))
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">'
        f'<link rel="icon" href="data:,"><title>{escape(title)}</title><style>{STYLE}</style></head>'
        f'<body><main><p class="name">{told}</p><h1>{escape(title)}</h1>{content}</main></body></html>'
    )


def other_language(language: Language, address: str) -> str:
    """Return a line that leads to an address in the other language."""
    other: Language = "en" if language == "id" else "id"
    link = f'<a href="{escape(address)}" hreflang="{other}" lang="{other}">{_NAMES[other]}</a>'
    return f'<p class="languages">{link}</p>'


def notice(sentence: str, *, wrong: bool = False) -> str:
    """Return a sentence in a box."""
    kind, role = ("notice wrong", "alert") if wrong else ("notice", "status")
    return f'<p class="{kind}" role="{role}">{escape(sentence)}</p>'


def paragraph(sentence: str) -> str:
    """Return a sentence."""
    return f"<p>{escape(sentence)}</p>"


def both(title: str, sentences: Mapping[Language, str]) -> str:
    """Return a page that says the same in both languages, where none was chosen yet."""
    told = "".join(f'<p lang="{language}">{escape(sentences[language])}</p>' for language in LANGUAGES)
    return document(title, told, "id")


def _field(field: Input, language: Language, *, focused: bool) -> str:
    hint = f'<span class="hint" id="{field.name}-hint">{escape(t(field.hint, language))}</span>' if field.hint else ""
    told = f' aria-describedby="{field.name}-hint"' if field.hint else ""
    focus = " autofocus" if focused else ""
    small = ' autocapitalize="none" spellcheck="false"' if field.fills == "username" else ""
    return (
        f'<label for="{field.name}">{escape(t(field.label, language))}</label>'
        f'<input id="{field.name}" name="{field.name}" type="{field.kind}" autocomplete="{field.fills}" required'
        f'{small} maxlength="200" value="{escape(field.value)}"{told}{focus}>{hint}'
    )

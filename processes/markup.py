"""Reading XML that anybody may have written: never a DTD, an entity, the network, or a surprise."""

from __future__ import annotations

from functools import lru_cache

from lxml import etree

from forms.sentences import Sentence
from processes.findings import Unreadable

MAX_BYTES = 4_000_000


def text_of(data: bytes) -> str:
    """The file as text. Raises Unreadable unless it is UTF-8 of a sane size."""
    if len(data) > MAX_BYTES:
        raise Unreadable(
            "too_large",
            Sentence(
                f"ファイルが大きすぎます({MAX_BYTES // 1_000_000}MBまで)。図を分けてください。",
                f"The file is too large (at most {MAX_BYTES // 1_000_000} MB). Split it into smaller ones.",
            ),
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(
            "not_utf8",
            Sentence(
                "文字コードがUTF-8ではありません。UTF-8で保存し直してください。",
                "The file is not UTF-8. Save it again as UTF-8.",
            ),
        ) from None


def parse(data: bytes) -> etree._Element:
    """The root element. Raises Unreadable for anything but plain, well-formed UTF-8 XML without a DOCTYPE."""
    text_of(data)
    # resolve_entities=False leaves entities alone, and a DOCTYPE, the only place to declare one, is refused below.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data.removeprefix(b"\xef\xbb\xbf"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("malformed_xml", _malformed(error)) from None
    info = root.getroottree().docinfo
    if info.internalDTD is not None:
        raise Unreadable(
            "doctype",
            Sentence(
                "DOCTYPE(DTD・エンティティ宣言)は使えません。その行を消してください。",
                "A DOCTYPE (DTD, entity declarations) is not allowed. Remove it.",
            ),
        )
    if (info.encoding or "UTF-8").upper() not in ("UTF-8", "ASCII", "US-ASCII"):
        raise Unreadable(
            "not_utf8",
            Sentence(
                "XML宣言の文字コードがUTF-8ではありません。UTF-8で保存し直してください。",
                "The XML declaration names another encoding than UTF-8. Save the file again as UTF-8.",
            ),
        )
    return root


def _malformed(error: Exception) -> Sentence:
    line = getattr(error, "lineno", None)
    return Sentence(
        f"XMLとして読めません({line}行目付近)。図のエディターで開き直して保存してください。"
        if line
        else "XMLとして読めません。図のエディターで開き直して保存してください。",
        f"Not well-formed XML (near line {line}). Open it in the diagram editor and save it again."
        if line
        else "Not well-formed XML. Open it in the diagram editor and save it again.",
    )


def local(element: etree._Element) -> str:
    """The tag without its namespace; "" for comments and the like."""
    return _parts(element.tag)[1] if isinstance(element.tag, str) else ""


def namespace(element: etree._Element) -> str:
    return _parts(element.tag)[0] if isinstance(element.tag, str) else ""


@lru_cache(maxsize=1024)
def _parts(tag: str) -> tuple[str, str]:
    """Namespace and local name; lxml spells a tag `{namespace}name`."""
    space, closed, name = tag.rpartition("}")
    return (space.removeprefix("{"), name) if closed else ("", tag)


def attribute(element: etree._Element, name: str) -> str:
    """An attribute's text, trimmed; "" when it is missing."""
    return str(element.get(name) or "").strip()


def content(element: etree._Element | None) -> str:
    """All text inside, trimmed; "" when there is no element."""
    return "" if element is None else "".join(str(text) for text in element.itertext()).strip()


def unprefixed(reference: str) -> str:
    """A QName reference without its prefix: `tns:message_1` -> `message_1`."""
    return reference.strip().rsplit(":", 1)[-1]

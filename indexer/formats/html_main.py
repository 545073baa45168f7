"""Which part of a page is its content: navigation, banners and footers are taken out."""

import re

from bs4 import BeautifulSoup, Tag

_NEVER = (
    "script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "embed", "audio", "video",
    "select", "button", "input", "textarea", "dialog", "head", "map", "math",
)  # fmt: skip
_FRAME = ("nav", "footer", "aside", "header")
_FRAME_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog"}
_NOISE = re.compile(
    r"(?:^|[-_ ])(?:cookies?|consent|gdpr|breadcrumbs?|sidebar|navbar|topbar|nav|menu|skip(?:-?link|-?nav)?|share|"
    r"social|newsletter|subscribe|related|toc|pagination|pager|footer|masthead|banner|promo|advert|ads?|"
    r"feedback|comments|edit-page|headerlink|sr-only|visually-hidden)(?:$|[-_ ])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)


def main_content(soup: BeautifulSoup) -> Tag:
    """The element that holds the content; what surrounds it has been removed from `soup`."""
    for tag in soup.find_all(_NEVER):
        tag.decompose()
    root = _root(soup)
    total = max(1, len(root.get_text()))
    for tag in root.find_all(True):
        if not tag.decomposed and tag is not root and _is_frame(tag) and len(tag.get_text()) < total / 2:
            tag.decompose()
    return root


def _root(soup: BeautifulSoup) -> Tag:
    found = soup.find("main") or soup.find(None, {"role": "main"})
    if found is None and len(articles := soup.find_all("article")) == 1:
        found = articles[0]
    return found or soup.find("body") or soup


def _is_frame(tag: Tag) -> bool:
    if tag.name in _FRAME:
        return tag.name != "header" or tag.find(["h1", "h2"]) is None
    if tag.get("role") in _FRAME_ROLES or tag.has_attr("hidden") or tag.get("aria-hidden") == "true":
        return True
    if _HIDDEN.search(str(tag.get("style", ""))):
        return True
    names = tag.get("class")
    words = " ".join(names) if isinstance(names, list) else str(names or "")
    return bool(_NOISE.search(words) or _NOISE.search(str(tag.get("id", ""))))

"""A web site: from its sitemap, or from page to page within one host and path."""

import hashlib
import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin, urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from indexer.formats.parsed import Meta
from indexer.formats.registry import is_supported
from indexer.sources.fetch import AGENT, Fetched, Fetcher, FetchFailed
from indexer.sources.page_links import links_of, sitemap_of
from indexer.sources.source import Refused, SourceFile, SourceUnavailable

MAX_PAGES = 2_000
_TYPES = {
    "text/html": ".html", "application/xhtml+xml": ".html", "text/markdown": ".md", "text/plain": ".txt",
    "application/pdf": ".pdf", "text/csv": ".csv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}  # fmt: skip
_ASSETS = (
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".svg",
    ".webp",
    ".css",
    ".js",
    ".zip",
    ".mp4",
    ".ico",
    ".woff2",
    ".xml",
    ".json",
)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is known of a page since the last visit."""

    url: str
    path: str
    digest: str
    etag: str = ""
    modified: str = ""


class Website:
    """`start` is a page or a sitemap (``….xml``); everything stays on its host and below its folder.

    `cache` keeps pages and their validators, so that an unchanged page costs one conditional request.
    """

    def __init__(
        self,
        name: str,
        start: str,
        cache: Path,
        *,
        exclude: Sequence[str] = (),
        defaults: Meta | None = None,
        allow_private: bool = False,
        max_pages: int = MAX_PAGES,
        delay: float = 0.5,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = name
        self.defaults: Meta = defaults or {}
        self._start = _normal(start)
        self._cache = cache
        self._exclude = tuple(exclude)
        self._max_pages = max_pages
        self._delay = delay
        self._sleep = sleep
        parts = urlsplit(self._start)
        self._host = parts.netloc
        self._prefix = "/" if parts.path.endswith(".xml") else parts.path.rsplit("/", 1)[0] + "/"
        self._fetcher = Fetcher(private=allow_private, host=parts.hostname or "")

    def files(self, cancelled: Callable[[], bool]) -> Iterator[SourceFile | Refused]:
        robots = self._robots()
        kept = self._kept()
        queue = deque(self._beginning())
        seen = set(queue)
        found: dict[str, _Kept] = {}
        visits = 0
        while queue and visits < self._max_pages and not cancelled():
            url = queue.popleft()
            if not robots.can_fetch(AGENT, url):
                yield Refused(url, "robots.txt asks to leave it alone")
                continue
            self._wait(robots, visits)
            visits += 1
            try:
                page = self._visit(url, kept.get(url))
            except FetchFailed as error:
                if visits == 1:
                    raise SourceUnavailable(str(error)) from error
                if error.status not in (404, 410) and url in kept:
                    page = kept[url]  # a site in trouble does not empty the index
                else:
                    yield Refused(url, str(error))
                    continue
            if page is None:
                continue
            found[url] = page
            yield self._file(page)
            for link in self._onward(page):
                if link not in seen:
                    seen.add(link)
                    queue.append(link)
        if not cancelled():
            self._keep(found)
        if queue and visits >= self._max_pages:
            yield Refused(self._start, f"only the first {self._max_pages:,} pages were read")

    def _beginning(self) -> list[str]:
        if not self._start.endswith(".xml"):
            return [self._start]
        try:
            return self._from_sitemap(self._start, depth=0)
        except FetchFailed as error:
            raise SourceUnavailable(str(error)) from error

    def _from_sitemap(self, url: str, depth: int) -> list[str]:
        pages, maps = sitemap_of(self._fetcher.fetch(url).body)
        found = [_normal(page) for page in pages if self._is_ours(_normal(page))]
        for nested in maps[:50] if depth < 2 else ():
            if len(found) < self._max_pages and urlsplit(_normal(nested)).netloc == self._host:
                found += self._from_sitemap(nested, depth + 1)
        return list(dict.fromkeys(found))[: self._max_pages]

    def _robots(self) -> RobotFileParser:
        parts = urlsplit(self._start)
        robots = RobotFileParser()
        try:
            fetched = self._fetcher.fetch(urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", "")))
            robots.parse(fetched.body.decode(errors="replace").splitlines())
        except FetchFailed as error:
            if error.status in (401, 403) or error.status >= 500:
                raise SourceUnavailable(f"robots.txt cannot be read ({error}), so nothing else is.") from error
            if not error.status:
                raise SourceUnavailable(str(error)) from error
            robots.parse([])
        except ValueError as error:
            raise SourceUnavailable(f"robots.txt cannot be understood ({error}), so nothing else is read.") from error
        return robots

    def _wait(self, robots: RobotFileParser, visits: int) -> None:
        asked = robots.crawl_delay(AGENT)
        if visits:
            self._sleep(min(max(self._delay, float(asked or 0)), 30))

    def _visit(self, url: str, kept: _Kept | None) -> _Kept | None:
        """None for what is no document. Raises FetchFailed."""
        headers: dict[str, str] = {}
        if kept and self._body(kept.digest).is_file():
            headers |= {"If-None-Match": kept.etag} if kept.etag else {}
            headers |= {"If-Modified-Since": kept.modified} if kept.modified else {}
        fetched = self._fetcher.fetch(url, headers)
        if fetched.status == 304 and kept:
            return kept
        path = _path(fetched)
        if path is None or not self._is_ours(_normal(fetched.url)):
            return None
        digest = hashlib.sha256(fetched.body).hexdigest()
        self._cache.mkdir(parents=True, exist_ok=True)
        self._body(digest).write_bytes(fetched.body)
        return _Kept(url, path, digest, fetched.headers.get("etag", ""), fetched.headers.get("last-modified", ""))

    def _file(self, page: _Kept) -> SourceFile:
        return SourceFile(
            page.path,
            self._body(page.digest).read_bytes,
            stamp=page.digest,
            url=page.url,
            changed_on=_date(page.modified),
        )

    def _onward(self, page: _Kept) -> list[str]:
        if self._start.endswith(".xml") or not page.path.endswith(".html"):
            return []
        links = (_normal(link, page.url) for link in links_of(self._body(page.digest).read_bytes()))
        return [link for link in links if self._is_ours(link)]

    def _is_ours(self, url: str) -> bool:
        parts = urlsplit(url)
        is_near = parts.scheme in ("http", "https") and parts.netloc == self._host
        is_page = not parts.path.lower().endswith(_ASSETS)
        path = parts.path.lstrip("/")
        is_wanted = not any(fnmatch(path, glob) for glob in self._exclude)
        return is_near and is_page and is_wanted and parts.path.startswith(self._prefix)

    def _body(self, digest: str) -> Path:
        return self._cache / digest

    def _kept(self) -> dict[str, _Kept]:
        file = self._cache / "pages.json"
        try:
            return {url: _Kept(**page) for url, page in json.loads(file.read_bytes()).items()} if file.is_file() else {}
        except (ValueError, TypeError):  # cut short when the machine stopped: all is fetched anew
            return {}

    def _keep(self, found: dict[str, _Kept]) -> None:
        self._cache.mkdir(parents=True, exist_ok=True)
        pages = json.dumps({url: asdict(page) for url, page in found.items()})
        (self._cache / "pages.json").write_text(pages, "utf-8")
        wanted = {page.digest for page in found.values()} | {"pages.json"}
        for file in self._cache.iterdir():
            if file.name not in wanted:
                file.unlink()


def _normal(url: str, base: str = "") -> str:
    """Empty for what is no address."""
    try:
        parts = urlsplit(urljoin(base, url.strip()))
    except ValueError:
        return ""
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", parts.query, ""))


def _path(fetched: Fetched) -> str | None:
    """The page's path in the source, with a suffix that names its format; None for what is not read."""
    kind = fetched.headers.get("content-type", "text/html").split(";")[0].strip().lower()
    suffix = _TYPES.get(kind)
    parts = urlsplit(fetched.url)
    path = parts.path.strip("/") or "index"
    if parts.query:
        path += "-" + hashlib.sha256(parts.query.encode()).hexdigest()[:8]
    if suffix is None:
        return path if is_supported(path) and kind == "application/octet-stream" else None
    return path if PurePosixPath(path).suffix.lower() in (suffix, ".htm") else path + suffix


def _date(modified: str) -> date | None:
    try:
        return parsedate_to_datetime(modified).date() if modified else None
    except (ValueError, OverflowError):
        return None

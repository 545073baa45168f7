"""Git repositories, web sites and uploads."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from indexer.sources import git as git_source
from indexer.sources.fetch import Fetcher, FetchFailed
from indexer.sources.git import GitRepository, page_at_commit
from indexer.sources.source import Refused, Source, SourceFile, SourceUnavailable
from indexer.sources.uploads import UploadRefused, Uploads
from indexer.sources.website import Website

TODAY = date(2027, 3, 1)


def listed(source: Source) -> dict[str, SourceFile]:
    return {found.path: found for found in source.files(lambda: False) if isinstance(found, SourceFile)}


def refused(source: Source) -> dict[str, str]:
    return {found.path: found.reason for found in source.files(lambda: False) if isinstance(found, Refused)}


# --- git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    (root / "docs").mkdir(parents=True)
    (root / "docs" / "a.md").write_text("# A")
    (root / "docs" / "link.md").symlink_to("/etc/passwd")
    git(root, "init", "--quiet", "--initial-branch=main")
    commit(root)
    return root


def git(root: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-C", str(root), "-c", "user.name=T", "-c", "user.email=t@example.org", *arguments], check=True
    )


def commit(root: Path) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=Change")


def test_a_repository_is_cloned_and_fetched_again(repository: Path, tmp_path: Path) -> None:
    source = GitRepository("Handbook", str(repository), tmp_path / "kept", subfolder="docs", allow_local=True)
    assert listed(source)["a.md"].read() == b"# A"
    (repository / "docs" / "a.md").write_text("# B")
    (repository / "docs" / "c.md").write_text("# C")
    commit(repository)
    assert {path: file.read() for path, file in listed(source).items() if path != "link.md"} == {
        "a.md": b"# B",
        "c.md": b"# C",
    }


def test_a_link_in_a_repository_is_not_followed(repository: Path, tmp_path: Path) -> None:
    source = GitRepository("Handbook", str(repository), tmp_path / "kept", subfolder="docs", allow_local=True)
    assert listed(source)["link.md"].read() == b"/etc/passwd"  # where it points to, not what is there


@pytest.mark.parametrize(
    "remote", ["ext::sh -c touch% /tmp/x", "--upload-pack=touch /tmp/x", "file:///etc", "http://a/b", "/no/such/folder"]
)
def test_an_address_that_could_run_something_is_refused(remote: str, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="no https or ssh"):
        listed(GitRepository("Handbook", remote, tmp_path / "kept", allow_local=True))


def test_a_local_repository_needs_the_admins_word(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable):
        listed(GitRepository("Handbook", str(repository), tmp_path / "kept"))


def test_a_subfolder_stays_inside(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="leads out"):
        listed(GitRepository("Handbook", str(repository), tmp_path / "kept", subfolder="../..", allow_local=True))


def test_a_repository_of_too_many_files_is_refused_before_they_are_written(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_source, "MAX_FILES", 1)
    with pytest.raises(SourceUnavailable, match="more than 1 files"):
        listed(GitRepository("Docs", str(repository), tmp_path / "clone", allow_local=True))
    assert not (tmp_path / "clone" / "docs").exists()


def test_a_missing_branch_is_said(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="git could not read"):
        listed(GitRepository("Handbook", str(repository), tmp_path / "kept", ref="gone", allow_local=True))


@pytest.mark.parametrize(
    ("remote", "page"),
    [
        ("https://github.com/halden/handbook.git", "https://github.com/halden/handbook/blob/abc"),
        ("git@github.com:halden/handbook.git", "https://github.com/halden/handbook/blob/abc"),
        ("https://gitlab.example.org/a/b/c", "https://gitlab.example.org/a/b/c/-/blob/abc"),
        ("https://code.example.org/a/b", ""),
    ],
)
def test_files_open_where_the_host_shows_them(remote: str, page: str) -> None:
    assert page_at_commit(remote, "abc") == page


# --- web


class Site:
    """A little web server; `pages` are answers by path: (status, headers, body)."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # the library's name
                site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                status, headers, body = site.pages.get(self.path, (404, {}, b""))
                if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                    status, body = 304, b""
                self.send_response(status)
                for name, value in {"Content-Type": "text/html", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"

    def html(self, path: str, *links: str, **headers: str) -> None:
        body = "".join(f'<a href="{link}">x</a>' for link in links)
        self.pages[path] = (200, headers, f"<html><body><h1>{path}</h1>{body}</body></html>".encode())


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield site
    site.server.shutdown()
    site.server.server_close()
    thread.join()


@pytest.fixture
def website(site: Site, tmp_path: Path) -> Callable[..., Website]:
    def make(start: str, **options: object) -> Website:
        waits: list[float] = []
        made = Website(
            "Docs", site.address + start, tmp_path / "pages", allow_private=True, sleep=waits.append, **options
        )
        made.waits = waits
        return made

    return make


def test_a_site_is_read_from_page_to_page_within_its_folder(site: Site, website: Callable[..., Website]) -> None:
    site.html("/docs/", "a.html", "/docs/b", "/other/c", "https://elsewhere.example/", "logo.png", "#top")
    site.html("/docs/a.html", "b#part", "/docs/")
    site.html("/docs/b")
    found = listed(website("/docs/"))
    assert set(found) == {"docs.html", "docs/a.html", "docs/b.html"}
    assert found["docs/b.html"].url == f"{site.address}/docs/b"
    assert b"/docs/b" in found["docs/b.html"].read()


def test_an_unchanged_page_costs_a_conditional_request(site: Site, website: Callable[..., Website]) -> None:
    site.html("/docs/", ETag='"1"')
    before = listed(website("/docs/"))
    after = listed(website("/docs/"))
    assert site.asked[-1][1]["if-none-match"] == '"1"'
    assert {path: file.stamp for path, file in after.items()} == {path: file.stamp for path, file in before.items()}


def test_robots_txt_is_obeyed_and_its_delay_kept(site: Site, website: Callable[..., Website]) -> None:
    site.pages["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /docs/secret\nCrawl-delay: 3\n")
    site.html("/docs/", "secret/a", "b")
    site.html("/docs/b")
    site.html("/docs/secret/a")
    source = website("/docs/")
    assert set(listed(source)) == {"docs.html", "docs/b.html"}
    assert source.waits == [3.0]
    assert list(refused(website("/docs/")).values()) == ["robots.txt asks to leave it alone"]


def test_a_sitemap_names_the_pages(site: Site, website: Callable[..., Website]) -> None:
    pages = "".join(f"<url><loc>{site.address}{path}</loc></url>" for path in ("/a", "/b"))
    site.pages["/sitemap.xml"] = (200, {}, f"<urlset>{pages}<url><loc>http://x.example/</loc></url></urlset>".encode())
    site.html("/a", "/c")
    site.html("/b")
    site.html("/c")
    assert set(listed(website("/sitemap.xml"))) == {"a.html", "b.html"}


def test_a_sitemap_with_entities_is_refused(site: Site, website: Callable[..., Website]) -> None:
    site.pages["/sitemap.xml"] = (200, {}, b'<!DOCTYPE x [<!ENTITY e "e">]><urlset>&e;</urlset>')
    with pytest.raises(SourceUnavailable, match="sitemap"):
        listed(website("/sitemap.xml"))


def test_a_page_in_trouble_keeps_its_last_words_and_a_gone_one_leaves(
    site: Site, website: Callable[..., Website]
) -> None:
    site.html("/docs/", "a", "b")
    site.html("/docs/a")
    site.html("/docs/b")
    listed(website("/docs/"))
    site.pages["/docs/a"] = (503, {}, b"")
    site.pages["/docs/b"] = (410, {}, b"")
    assert set(listed(website("/docs/"))) == {"docs.html", "docs/a.html"}


def test_a_site_that_is_down_is_unavailable(website: Callable[..., Website]) -> None:
    with pytest.raises(SourceUnavailable, match="404"):
        listed(website("/docs/"))


@pytest.mark.parametrize("to", ["http://127.0.0.2/", "http://[::1]/", "file:///etc/passwd"])
def test_a_redirect_to_elsewhere_is_refused(site: Site, website: Callable[..., Website], to: str) -> None:
    site.html("/docs/", "a")
    site.pages["/docs/a"] = (302, {"Location": to}, b"")
    assert set(listed(website("/docs/"))) == {"docs.html"}


def test_a_record_of_pages_that_was_cut_short_is_made_anew(
    site: Site, website: Callable[..., Website], tmp_path: Path
) -> None:
    site.html("/docs/")
    listed(website("/docs/"))
    record = tmp_path / "pages" / "pages.json"
    record.write_bytes(record.read_bytes()[:-9])
    assert set(listed(website("/docs/"))) == {"docs.html"}


@pytest.mark.parametrize(
    ("path", "headers", "body"),
    [
        ("/docs/", {}, b"<a href='http://['>x</a><p>Words.</p><![<!["),
        ("/docs/", {"Last-Modified": f"Mon, 01 Jan {'9' * 20} 00:00:00 GMT"}, b"<p>Words.</p>"),
        ("/docs/", {"Last-Modified": f"Mon, 01 Jan 2027 00:00:00 +{'9' * 20}"}, b"<p>Words.</p>"),
    ],
)
def test_a_malformed_page_costs_no_other(
    site: Site, website: Callable[..., Website], path: str, headers: dict[str, str], body: bytes
) -> None:
    site.pages[path] = (200, headers, body)
    assert set(listed(website("/docs/"))) == {"docs.html"}


@pytest.mark.parametrize("line", ["Disallow: http://[", "Crawl-delay: ²", f"Crawl-delay: {'9' * 5_000}"])
def test_a_malformed_robots_txt_ends_with_a_reason(site: Site, website: Callable[..., Website], line: str) -> None:
    site.html("/docs/")
    site.pages["/robots.txt"] = (200, {}, f"User-agent: *\n{line}\n".encode())
    with pytest.raises(SourceUnavailable, match=r"robots\.txt"):
        listed(website("/docs/"))


def test_a_malformed_redirect_ends_with_a_reason(site: Site, website: Callable[..., Website]) -> None:
    site.pages["/docs/"] = (302, {"Location": "http://["}, b"")
    with pytest.raises(SourceUnavailable, match="leads to no web address"):
        listed(website("/docs/"))


@pytest.mark.parametrize("loc", ["<url><loc>http://[</loc></url>", "<sitemap><loc>http://[</loc></sitemap>"])
def test_a_malformed_address_in_a_sitemap_is_left_out(site: Site, website: Callable[..., Website], loc: str) -> None:
    site.pages["/sitemap.xml"] = (200, {}, f"<urlset>{loc}</urlset>".encode())
    assert listed(website("/sitemap.xml")) == {}


def test_a_sitemap_that_is_nested_deeply_is_refused(site: Site, website: Callable[..., Website]) -> None:
    site.pages["/sitemap.xml"] = (200, {}, b"<a>" * 100_000)
    with pytest.raises(SourceUnavailable, match="nested too deeply"):
        listed(website("/sitemap.xml"))


def test_the_number_of_pages_is_limited(site: Site, website: Callable[..., Website]) -> None:
    site.html("/docs/", "a", "b", "c")
    for name in "abc":
        site.html(f"/docs/{name}")
    assert len(listed(website("/docs/", max_pages=2))) == 2


def test_a_page_that_is_too_large_is_refused(site: Site) -> None:
    site.pages["/"] = (200, {}, b"x" * 200_000)
    with pytest.raises(FetchFailed, match="larger"):
        Fetcher(private=True, max_bytes=100_000).fetch(site.address + "/")


# --- uploads


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads("Uploads", tmp_path / "uploads")


def test_an_upload_is_kept_with_what_was_said_about_it(uploads: Uploads) -> None:
    uploads.save("C:\\docs\\Plan.md", b"# Plan", on=TODAY, by="web:admin", meta={"audience": ("everyone",)})
    file = listed(uploads)["Plan.md"]
    assert (file.read(), file.meta, file.changed_on) == (b"# Plan", {"audience": ("everyone",)}, TODAY)


def test_an_upload_of_the_same_name_replaces(uploads: Uploads, tmp_path: Path) -> None:
    uploads.save("a.md", b"one", on=TODAY)
    uploads.save("a.md", b"two", on=TODAY)
    assert listed(uploads)["a.md"].read() == b"two"
    assert len(list((tmp_path / "uploads").iterdir())) == 2


def test_one_content_under_two_names_is_removed_with_the_last(uploads: Uploads) -> None:
    uploads.save("a.md", b"same", on=TODAY)
    uploads.save("b.md", b"same", on=TODAY)
    assert uploads.remove("a.md")
    assert listed(uploads)["b.md"].read() == b"same"
    assert not uploads.remove("a.md")


@pytest.mark.parametrize(("name", "content"), [("a.exe", b"x"), ("a.md", b""), ("../..", b"x"), ("a.md/", b"x")])
def test_what_nothing_reads_is_not_taken(uploads: Uploads, name: str, content: bytes) -> None:
    with pytest.raises(UploadRefused):
        uploads.save(name, content, on=TODAY)


def test_a_path_in_a_name_leads_nowhere(uploads: Uploads) -> None:
    assert uploads.save("../../etc/passwd.md", b"x", on=TODAY).name == "passwd.md"

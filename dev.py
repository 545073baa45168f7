"""Set up, run, test and check Guildhall with nothing but Python 3.11 or newer.

python3 dev.py run     set up once, then serve the web page and open it
python3 dev.py test    set up once, then run the tests; takes pytest's arguments
python3 dev.py lint    ruff, the formatter's check and mypy
python3 dev.py check   lint, then the tests
python3 dev.py lock    write requirements/*.lock anew from pyproject.toml; --upgrade takes newer versions
python3 dev.py peers   the tests against programs that nobody here wrote and that no ordinary run installs
python3 dev.py bench   the benchmarks of benchmarks/, all or those named; options go to each: bench latency --chunks 300
"""

from __future__ import annotations

import hashlib
import importlib.util
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PYPROJECT = ROOT / "pyproject.toml"
LOCKS = {
    "run": ("requirements/run.lock", "requirements/model.lock"),
    "test": ("requirements/run.lock", "requirements/model.lock", "requirements/test.lock"),
}
LINTERS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
)
# A file's tests stay together and in order: some share a server, and those in the browser come last.
WHOLE_SUITE = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder")
PEERS = ("emulate", "playground", "playground_news")
PIP_FAILURES = (
    (
        r"NewConnectionError|name resolution|getaddrinfo failed|Connection(Error| refused| reset)|timed out",
        "The package index could not be reached. Check the network (or HTTPS_PROXY), then repeat the command.",
    ),
    (
        r"DO NOT MATCH THE HASHES",
        "A download differs from what the lock file expects. Repeat the command; if it happens again, the "
        "package mirror in use serves altered files.",
    ),
    (r"No space left on device", "The disk is full. About 1 GB is needed."),
    (
        r"No matching distribution|Could not find a version",
        "A package is missing for this Python or platform. Python 3.11 to 3.14 on Linux and macOS are "
        "supported; on Windows use WSL.",
    ),
)


class SetupFailed(Exception):
    """What went wrong and what to do, for the person at the terminal."""


def main(arguments: list[str]) -> int:
    """Returns the exit code of whatever ran."""
    if sys.version_info[:2] < OLDEST:
        return run_with_newer_python(arguments)
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        say((__doc__ or "").rstrip())
        return 0
    commands = {"run": run, "test": test, "lint": lint, "check": check, "lock": lock, "bench": bench, "peers": peers}
    name, *rest = arguments
    if name not in commands:
        say(f"There is no command {name!r}.\n{(__doc__ or '').rstrip()}")
        return 2
    os.chdir(ROOT)
    try:
        return commands[name](rest)
    except SetupFailed as problem:
        say(f"\n{problem}")
        return 1
    except KeyboardInterrupt:
        return 130


def run(arguments: list[str]) -> int:
    sync("run")
    return execute("-m", "bot", "serve", "--open", *arguments)


def test(arguments: list[str]) -> int:
    sync("test")
    return execute("-m", "pytest", *(arguments or WHOLE_SUITE))


def lint(_: list[str]) -> int:
    sync("test")
    codes = [subprocess.call([str(PYTHON), "-m", *linter]) for linter in LINTERS]
    return max(codes)


def check(arguments: list[str]) -> int:
    return lint([]) or test(arguments)


def bench(arguments: list[str]) -> int:
    sync("test")
    files = (ROOT / "benchmarks").glob("[a-z]*.py")
    named = list(itertools.takewhile(lambda argument: not argument.startswith("-"), arguments))
    options = arguments[len(named) :]
    names = named or sorted(file.stem for file in files if "__main__" in file.read_text(encoding="utf-8"))
    codes = [subprocess.call([str(PYTHON), "-m", f"benchmarks.{name}", *options]) for name in names]
    return max(codes, default=0)


def peers(arguments: list[str]) -> int:
    """A Slack of npm's, and Microsoft's Agents Playground in Chromium; without a network where the system lets us take
    it away."""
    sync("test")
    for peer in PEERS:
        subprocess.run([str(PYTHON), "-m", f"tests.peers.{peer}"], check=True)
    command = [str(PYTHON), "-m", "pytest", *(f"tests/peers/{peer}.py" for peer in PEERS), *arguments]
    unshare = shutil.which("unshare")
    if unshare and os.name != "nt" and os.geteuid() == 0:
        command = [unshare, "-n", "sh", "-c", 'ip link set lo up; exec "$@"', "peers", *command]
    return subprocess.call(command)


def lock(arguments: list[str]) -> int:
    """Hash locks for every platform, from the public index whatever this machine's own configuration says."""
    make_venv()
    if subprocess.call([str(PYTHON), "-c", "import uv"], stderr=subprocess.DEVNULL):
        install("uv (once)", "uv>=0.9")
    run_lock, test_lock = ROOT / LOCKS["run"][0], ROOT / LOCKS["test"][-1]
    pinned = compile_lock(run_lock, "run", arguments)
    compile_lock(test_lock, "test", [*arguments, "--extra", "dev", "--constraint", str(run_lock)], leave_out=pinned)
    return 0


def compile_lock(path: Path, kind: str, options: list[str], leave_out: frozenset[str] = frozenset()) -> frozenset[str]:
    """Write one lock, without the packages in `leave_out`; returns the pinned packages, one line each."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("UV_", "PIP_"))}
    command = [str(PYTHON), "-m", "uv", "pip", "compile", str(PYPROJECT), "-", "-o", str(path), "--no-config"]
    command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"]
    command += ["--no-annotate", "--quiet", "--default-index", "https://pypi.org/simple", *options]
    build = "\n".join(project_requirements()["build"])
    subprocess.run(command, input=build, text=True, env=environment, check=True, stdout=subprocess.DEVNULL)
    packages = re.split(r"(?m)^(?=[A-Za-z0-9])", path.read_text(encoding="utf-8"))
    kept = [package for package in packages if package and package.splitlines()[0] not in leave_out]
    header = "# Made by `python3 dev.py lock` from pyproject.toml; not for editing.\n"
    header += f"# requirements: sha256:{requirements_digest(kind)}\n"
    path.write_text(header + "".join(kept), encoding="utf-8")
    return frozenset(package.splitlines()[0] for package in kept)


def project_requirements() -> dict[str, list[str]]:
    """What pyproject.toml asks for: to build, to run, to test."""
    import tomllib

    pyproject = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))
    project = pyproject["project"]
    return {
        "build": pyproject["build-system"]["requires"],
        "run": project["dependencies"],
        "test": project["optional-dependencies"]["dev"],
    }


def requirements_digest(kind: str) -> str:
    """SHA-256 of the requirements that a lock was made from; a test compares it with the lock's header."""
    wanted = project_requirements()
    kinds = ("build", "run") if kind == "run" else ("build", "run", "test")
    return hashlib.sha256(json.dumps([sorted(wanted[name]) for name in kinds]).encode()).hexdigest()


def sync(kind: str) -> None:
    """Bring .venv in line with the locks; costs two file reads when it already is."""
    stamp = VENV / f"guildhall-{kind}.synced"
    locks = LOCKS[kind]
    wanted = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in (*locks, "pyproject.toml"))).hexdigest()
    if PYTHON.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    make_venv()
    total = sum(len(re.findall(r"(?m)^[A-Za-z0-9][^#\n]*==", (ROOT / name).read_text("utf-8"))) for name in locks)
    options = [option for name in locks for option in ("-r", name)]
    install(
        f"up to {total} packages (once, about a minute)",
        "--require-hashes",
        "--no-deps",
        *options,
        total=total,
    )
    install("guildhall itself", "--no-deps", "--no-build-isolation", "--no-index", "-e", ".")
    stamp.write_text(wanted, encoding="utf-8")


def make_venv() -> None:
    if PYTHON.exists() and subprocess.call([str(PYTHON), "-c", "import pip"], stderr=subprocess.DEVNULL) == 0:
        return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise SetupFailed(
            f"This Python {version} has no venv module, so nothing was installed.\n"
            f"On Debian and Ubuntu: sudo apt install python{version}-venv   Then run the same command again."
        )
    say(f"Making {VENV.name} with Python {sys.version.split()[0]}")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], check=False, capture_output=True, text=True
    )
    if made.returncode:
        raise SetupFailed(f"The virtual environment could not be made in {VENV}:\n{made.stdout}{made.stderr}")


def install(what: str, *arguments: str, total: int = 0) -> None:
    """Run pip, show how far it is, and say what to do when it fails."""
    say(f"Installing {what}")
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--no-compile",
    ]
    lines: list[str] = []
    seen = 0
    with subprocess.Popen(
        [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as pip:
        for line in pip.stdout or ():
            lines.append(line)
            seen += line.startswith(("Collecting ", "Requirement already"))
            if total and sys.stdout.isatty():
                state = "unpacking" if line.startswith("Installing collected") else f"{min(seen, total)}/{total}"
                sys.stdout.write(f"\r  {state}   ")
                sys.stdout.flush()
    if total and sys.stdout.isatty():
        say("\r  done        ")
    if pip.returncode:
        log = "".join(lines)
        advice = next((text for pattern, text in PIP_FAILURES if re.search(pattern, log)), "pip stopped, see above.")
        raise SetupFailed(f"{''.join(lines[-12:])}\n{advice}\nWhat was installed so far stays.")


def execute(*arguments: str) -> int:
    """Become the command, so that signals reach it directly; Windows cannot, there it is a child."""
    command = [str(PYTHON), *arguments]
    if os.name != "nt":
        os.execv(command[0], command)
    return subprocess.call(command)


def run_with_newer_python(arguments: list[str]) -> int:
    for minor in range(14, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        # A version manager may put a name on the PATH behind which there is no Python.
        if newer and subprocess.call([newer, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return subprocess.call([newer, str(ROOT / "dev.py"), *arguments])
    found = ".".join(str(part) for part in sys.version_info[:3])
    say(f"Guildhall needs Python 3.11 or newer; this is {found}. Install one, for example from python.org.")
    return 1


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

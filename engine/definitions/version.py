"""Versions: bundles as they were proposed, kept for ever under the hash of their content."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.database import Base, municipality_of, references, take_turns
from engine.errors import EngineError, NotFound
from processes import bundle as bundles
from processes.bundle import Bundle

_CACHED = 32


class BundleVersion(Base):
    """One version of a bundle. Its id is the SHA-256 of its files, so that equal content is one version.

    number: counts the versions of this bundle from 1, for people. Neither it nor its files ever change.
    """

    __tablename__ = "bundle_version"
    __table_args__ = (UniqueConstraint("municipality_id", "bundle", "number"), {"info": {"immutable": True}})

    id: Mapped[str] = mapped_column(String(64), primary_key=True, sort_order=-10)
    bundle: Mapped[str]
    number: Mapped[int]
    title_ja: Mapped[str]
    title_en: Mapped[str]
    created_at: Mapped[datetime]


class VersionFile(Base):
    """One file of a version, byte for byte."""

    __tablename__ = "version_file"
    __table_args__ = (
        references("bundle_version", "version_id"),
        UniqueConstraint("municipality_id", "version_id", "path"),
        Index(None, "municipality_id", "version_id"),
        {"info": {"immutable": True}},
    )

    version_id: Mapped[str] = mapped_column(String(64))
    path: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class VersionUnknown(NotFound):
    """No such version in this municipality."""

    def __init__(self, version_id: str) -> None:
        self.version_id = version_id
        super().__init__(f"expected a version, but there is none with id {version_id[:64]!r}")


class VersionDamaged(EngineError):
    """The stored files no longer have the hash that names their version: the database was tampered with."""

    code = "version_damaged"

    def __init__(self, version_id: str) -> None:
        self.version_id = version_id
        super().__init__(f"expected the files of version {version_id} to have its hash, but they do not")


def keep(session: Session, bundle: Bundle, *, now: datetime) -> BundleVersion:
    """Store a bundle as a version; the version that is there already where its content is."""
    town = municipality_of(session)
    take_turns(session, f"definitions.keep {bundle.name}")
    known = session.get(BundleVersion, (town, bundle.version))
    if known is not None:
        return known
    last = session.scalar(
        select(func.max(BundleVersion.number)).where(
            BundleVersion.municipality_id == town, BundleVersion.bundle == bundle.name
        )
    )
    version = BundleVersion(
        id=bundle.version,
        bundle=bundle.name,
        number=(last or 0) + 1,
        title_ja=bundle.title.ja,
        title_en=bundle.title.en,
        created_at=now,
    )
    session.add(version)
    session.flush()
    session.add_all(
        VersionFile(version_id=version.id, path=path, content=content) for path, content in sorted(bundle.files.items())
    )
    session.flush()
    return version


def find(session: Session, version_id: str) -> BundleVersion:
    """Raises VersionUnknown."""
    found = session.get(BundleVersion, (municipality_of(session), version_id))
    if found is None:
        raise VersionUnknown(version_id)
    return found


def files_of(session: Session, version_id: str) -> dict[str, bytes]:
    """Path -> content of a version's files, by path. Raises VersionUnknown."""
    query = select(VersionFile.path, VersionFile.content).where(
        VersionFile.municipality_id == municipality_of(session), VersionFile.version_id == version_id
    )
    files = dict(session.execute(query.order_by(VersionFile.path)).all())
    if not files:
        raise VersionUnknown(version_id)
    return files


# --- the bundles of versions, read once per process ----------------------------------------------------------------


class _Bundles:
    """The most recently used bundles. Keyed by content, so that no entry can ever be out of date."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._lock = threading.Lock()
        self._held: OrderedDict[str, Bundle] = OrderedDict()

    def get(self, version_id: str) -> Bundle | None:
        with self._lock:
            found = self._held.get(version_id)
            if found is not None:
                self._held.move_to_end(version_id)
            return found

    def put(self, version_id: str, bundle: Bundle) -> None:
        with self._lock:
            self._held[version_id] = bundle
            self._held.move_to_end(version_id)
            while len(self._held) > self._room:
                self._held.popitem(last=False)


_bundles = _Bundles(_CACHED)


def bundle_of(session: Session, version_id: str) -> Bundle:
    """The bundle of a version, shared by all who ask. Raises VersionUnknown, VersionDamaged."""
    known = _bundles.get(version_id)
    if known is None:
        known = _read(files_of(session, version_id), version_id)
        _bundles.put(version_id, known)
    return known


def _read(files: Mapping[str, bytes], version_id: str) -> Bundle:
    if bundles.version_of(files) != version_id:
        raise VersionDamaged(version_id)
    return bundles.from_files(files)

"""The published sources: who made them, under which terms, how to cite them, which files they consist of.

The records stand in ``catalogue.toml``; their field names follow the origin record that open-data archives keep
(producer, title, version, dates, licence, citation, attribution).
"""

import datetime as dt
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from typing import Annotated, Final, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, StringConstraints, ValidationError, model_validator

from geodata.errors import DataError
from geodata.texts import Language

BUILT_IN: Final = Path(__file__).with_name("catalogue.toml")

Access = Literal["pinned", "figures", "service", "embedded"]

Filled = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Address = Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]
Commit = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
RegionCode = Annotated[str, StringConstraints(pattern=r"^\d\d(\.\d\d)?$")]
PartialDate = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d\d(-\d\d)?)?$")]
Repository = Annotated[str, StringConstraints(pattern=r"^\w[\w.-]*/\w[\w.-]*$")]
SourceKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]

# Names that are safe as a path below the download folder on every system.
_SAFE_PATH = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)*")


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Bilingual(_Record):
    """A text in both languages."""

    id: Filled
    en: Filled

    def text(self, language: Language) -> str:
        """Return the text in a language."""
        return self.id if language == "id" else self.en


class FileEntry(_Record):
    """What the catalogue says of one file: the area it covers and what its content must be."""

    bytes: PositiveInt
    sha256: Sha256
    region: RegionCode | None = None


class Pin(_Record):
    """Where the files of a source stand: one commit of one repository.

    ``path`` may hold ``{province}`` and ``{region}``; ``url`` may hold ``{repository}``, ``{commit}`` and ``{path}``.
    """

    repository: Repository
    commit: Commit
    url: Address
    path: Filled
    files: Annotated[tuple[FileEntry, ...], Field(min_length=1)]

    def path_of(self, entry: FileEntry) -> str:
        """Return the path of a file inside the repository."""
        region = entry.region or ""
        return self.path.format(province=region[:2], region=region)

    def url_of(self, entry: FileEntry) -> str:
        """Return the address of a file."""
        return self.url.format(repository=self.repository, commit=self.commit, path=quote(self.path_of(entry)))

    @model_validator(mode="after")
    def _check_patterns(self) -> "Pin":
        try:
            paths = [self.path_of(entry) for entry in self.files]
            urls = [self.url_of(entry) for entry in self.files]
        except (KeyError, IndexError, ValueError) as err:
            msg = f"path or url holds an unknown placeholder: {err}"
            raise ValueError(msg) from err
        unsafe = sorted({path for path in paths if not _SAFE_PATH.fullmatch(path)})
        if unsafe:
            msg = f"path must stay below the repository and hold plain names only: {', '.join(unsafe)}"
            raise ValueError(msg)
        if len(set(paths)) < len(paths) or len(set(urls)) < len(urls):
            msg = "two files share a path or an address"
            raise ValueError(msg)
        return self


class Source(_Record):
    """One published source.

    ``published`` is as exact as the producer states it: year, month or day. ``carrier`` is who passes the data on.
    """

    key: SourceKey
    access: Access
    title: Bilingual
    producer: Filled
    carrier: Filled | None = None
    version: Filled
    published: PartialDate | None = None
    accessed: dt.date
    licence: Filled
    citation: Filled
    attribution: Bilingual
    homepage: Address
    note: Bilingual
    pin: Pin | None = None

    @model_validator(mode="before")
    @classmethod
    def _carried_by_repository(cls, record: object) -> object:
        if isinstance(record, Mapping) and isinstance(record.get("pin"), Mapping) and "carrier" not in record:
            return {**record, "carrier": record["pin"].get("repository")}
        return record

    @model_validator(mode="after")
    def _check_access(self) -> "Source":
        if (self.access == "pinned") != (self.pin is not None):
            msg = "a source has a pin if, and only if, its access is 'pinned'"
            raise ValueError(msg)
        return self

    @cached_property
    def files(self) -> "tuple[PublishedFile, ...]":
        """The files of the source; none if it is not pinned."""
        if self.pin is None:
            return ()
        return tuple(_published(self, self.pin, entry) for entry in self.pin.files)


@dataclass(frozen=True)
class PublishedFile:
    """One published file, fixed to a commit.

    Attributes
    ----------
    source
        The source it belongs to.
    path
        Path inside the repository.
    relative_path
        Path below the download folder, and below a mirror: ``<owner>/<repository>/<12 digits of commit>/<path>``.
    url
        Address.
    bytes
        Size of the file.
    sha256
        Hash of its content, 64 hexadecimal digits.
    region
        Code of the province or regency it covers; None for the whole country.
    """

    source: Source = field(repr=False)
    path: str
    relative_path: PurePosixPath
    url: str
    bytes: int
    sha256: str
    region: str | None

    @property
    def name(self) -> str:
        """The name a user reads: the path below the download folder."""
        return str(self.relative_path)


def _published(source: Source, pin: Pin, entry: FileEntry) -> PublishedFile:
    path = pin.path_of(entry)
    return PublishedFile(
        source=source,
        path=path,
        relative_path=PurePosixPath(pin.repository, pin.commit[:12], path),
        url=pin.url_of(entry),
        bytes=entry.bytes,
        sha256=entry.sha256,
        region=entry.region,
    )


@dataclass(frozen=True)
class Catalogue:
    """All published sources, in the order of the catalogue."""

    sources: tuple[Source, ...]

    def source(self, key: str) -> Source:
        """Return the source of a key.

        Raises
        ------
        DataError
            If there is none; names those that exist.
        """
        for source in self.sources:
            if source.key == key:
                return source
        raise DataError("catalogue.source_unknown", key=key, known=", ".join(s.key for s in self.sources))

    def files(
        self, source_key: str | None = None, *, regions: Collection[str] | None = None
    ) -> tuple[PublishedFile, ...]:
        """Return the files of one or all sources, in the order of the catalogue.

        Parameters
        ----------
        source_key
            Only the files of this source; all sources without it.
        regions
            Kemendagri codes of provinces or regencies (``15``, ``16.02``). Kept are the files that cover one of them, a
            part of one, or the whole country. All files without it.

        Raises
        ------
        DataError
            If the source is unknown, or the catalogue knows no such province or regency; names all of them.
        """
        sources = self.sources if source_key is None else (self.source(source_key),)
        files = tuple(file for source in sources for file in source.files)
        if regions is None:
            return files
        self._check_regions(regions)
        return tuple(f for f in files if f.region is None or any(_overlap(f.region, code) for code in regions))

    def file(self, relative_path: str) -> PublishedFile:
        """Return the file at a path below the download folder.

        Raises
        ------
        DataError
            If the catalogue does not list it.
        """
        for file in self.files():
            if file.name == relative_path:
                return file
        raise DataError("catalogue.file_unlisted", file=relative_path)

    def without_files(self, regions: Collection[str]) -> list[str]:
        """Return the regions that have no files of their own, only those of the whole country."""
        covered = {file.region for file in self.files() if file.region is not None}
        return [code for code in regions if code not in covered | {region[:2] for region in covered}]

    def _check_regions(self, regions: Collection[str]) -> None:
        provinces = {file.region[:2] for file in self.files() if file.region is not None}
        unknown = self.without_files(regions)
        if unknown:
            raise DataError(
                "catalogue.region_unknown", regions=", ".join(unknown), provinces=", ".join(sorted(provinces))
            )


def _overlap(code: str, other: str) -> bool:
    return code == other or code.startswith(f"{other}.") or other.startswith(f"{code}.")


class _Document(_Record):
    sources: Mapping[SourceKey, Source]


def parse(text: str, *, name: str) -> Catalogue:
    """Read a catalogue from TOML.

    Parameters
    ----------
    text
        The document: one table ``[sources.<key>]`` per source.
    name
        Name of the file, for messages.

    Raises
    ------
    DataError
        If it is not TOML, or records are wrong; all problems are named at once.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as err:
        raise DataError("catalogue.not_toml", file=name, reason=str(err)) from err
    try:
        sources = tuple(_Document.model_validate(_with_keys(document)).sources.values())
    except ValidationError as err:
        raise DataError("catalogue.invalid", file=name, problems=_problems(err)) from err
    catalogue = Catalogue(sources)
    _check_unique(catalogue, name)
    return catalogue


def _with_keys(document: Mapping[str, object]) -> Mapping[str, object]:
    """Tell each record the key of its table."""
    sources = document.get("sources")
    if not isinstance(sources, Mapping):
        return document
    keyed = {key: {**record, "key": key} if isinstance(record, Mapping) else record for key, record in sources.items()}
    return {**document, "sources": keyed}


def _problems(err: ValidationError) -> str:
    return "; ".join(f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in err.errors())


def _check_unique(catalogue: Catalogue, name: str) -> None:
    names = [file.name for file in catalogue.files()]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise DataError("catalogue.listed_twice", file=name, files=", ".join(twice))


@cache
def load(path: Path = BUILT_IN) -> Catalogue:
    """Read the catalogue of a TOML file, the built-in one by default.

    Raises
    ------
    DataError
        If the file cannot be read, is not TOML, or holds wrong records.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as err:
        raise DataError("catalogue.unreadable", file=path.name, reason=str(err)) from err
    return parse(text, name=path.name)
